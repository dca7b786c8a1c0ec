package client_test

import (
	"context"
	"fmt"
	"net"
	"net/rpc"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/client"
	"example.com/workshop/stage03-heartbeat/server"
)

// ways are the ways to make a call, on real sockets. Each returns a function
// that makes one call; "bare" is plain net/rpc on both sides.
var ways = []struct {
	name string
	open func(b *testing.B) func() error
}{
	{"bare, kept connection", func(b *testing.B) func() error {
		c, err := rpc.Dial("tcp", serveBare(b))
		require.NoError(b, err)
		b.Cleanup(func() { c.Close() })
		return func() error { return c.Call("Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)) }
	}},
	{"kept connection", func(b *testing.B) func() error {
		c, err := client.Dial(b.Context(), "tcp", serveTCP(b), client.Options{})
		require.NoError(b, err)
		b.Cleanup(func() { c.Close() })
		ctx := b.Context()
		return func() error { return c.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)) }
	}},
	{"kept connection, a deadline per call", func(b *testing.B) func() error {
		c, err := client.Dial(b.Context(), "tcp", serveTCP(b), client.Options{})
		require.NoError(b, err)
		b.Cleanup(func() { c.Close() })
		return func() error {
			ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
			defer cancel()
			return c.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		}
	}},
	{"bare, dial per call", func(b *testing.B) func() error {
		addr := serveBare(b)
		return func() error {
			c, err := rpc.Dial("tcp", addr)
			if err != nil {
				return err
			}
			defer c.Close()
			return c.Call("Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		}
	}},
	{"dial per call", func(b *testing.B) func() error {
		addr, ctx := serveTCP(b), b.Context()
		return func() error {
			c, err := client.Dial(ctx, "tcp", addr, client.Options{})
			if err != nil {
				return err
			}
			defer c.Close()
			return c.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
		}
	}},
}

func BenchmarkCall(b *testing.B) {
	for _, callers := range []int{1, 64} {
		for _, way := range ways {
			b.Run(fmt.Sprintf("callers=%d/%s", callers, way.name), func(b *testing.B) {
				call := way.open(b)
				require.NoError(b, call()) // the first sends the types
				b.ReportAllocs()
				if callers == 1 {
					for b.Loop() {
						if err := call(); err != nil {
							b.Fatal(err)
						}
					}
					return
				}
				b.SetParallelism((callers + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := call(); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		}
	}
}

// serveBare serves Arith with plain net/rpc until the benchmark ends.
func serveBare(b *testing.B) (addr string) {
	s := rpc.NewServer()
	require.NoError(b, s.Register(new(arith.Arith)))
	l := listenLoopback(b)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.ServeConn(c)
		}
	}()
	return l.Addr().String()
}

// serveTCP serves Arith with the workshop's server until the benchmark ends.
func serveTCP(b *testing.B) (addr string) {
	s := server.New(server.Options{Logger: quiet})
	require.NoError(b, s.Register(new(arith.Arith)))
	l := listenLoopback(b)
	go s.Serve(l, "tcp")
	b.Cleanup(func() { s.Shutdown(context.Background()) })
	return l.Addr().String()
}

func listenLoopback(b *testing.B) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { l.Close() })
	return l
}

package client_test

import (
	"context"
	"fmt"
	"net"
	"net/rpc"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
)

// BenchmarkCall compares a bare rpc.Client with a Conn. The server is net/rpc's
// own, on a real socket.
func BenchmarkCall(b *testing.B) {
	s := rpc.NewServer()
	require.NoError(b, s.Register(new(arith.Arith)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.ServeConn(c)
		}
	}()

	bare, err := rpc.Dial("tcp", l.Addr().String())
	require.NoError(b, err)
	b.Cleanup(func() { bare.Close() })
	conn, err := client.Dial(b.Context(), "tcp", l.Addr().String(), client.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { conn.Close() })

	ctx, args := b.Context(), arith.Args{A: 7, B: 8}
	for _, callers := range []int{1, 64} {
		for _, way := range []struct {
			name string
			call func() error
		}{
			{"rpc.Client", func() error { return bare.Call("Arith.Multiply", args, new(int)) }},
			{"Conn", func() error { return conn.Call(ctx, "Arith.Multiply", args, new(int)) }},
			{"Conn, a deadline per call", func() error {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				return conn.Call(ctx, "Arith.Multiply", args, new(int))
			}},
		} {
			b.Run(fmt.Sprintf("%d callers/%s", callers, way.name), func(b *testing.B) { spread(b, callers, way.call) })
		}
	}
}

// spread lets callers share b.N calls.
func spread(b *testing.B, callers int, call func() error) {
	b.ReportAllocs()
	var made atomic.Int64
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for made.Add(1) <= int64(b.N) {
				if err := call(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

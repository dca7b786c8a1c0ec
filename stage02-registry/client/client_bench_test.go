package client_test

import (
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/arith"
	"example.com/workshop/stage02-registry/client"
	"example.com/workshop/stage02-registry/registry"
	"example.com/workshop/stage02-registry/server"
)

// BenchmarkCallByName compares one kept connection with what the usual
// tutorials do for every call: ask the registry, dial, call, hang up. All of it
// runs in one process, over loopback.
func BenchmarkCallByName(b *testing.B) {
	l := listenTCP(b)
	s := server.New(server.Options{Logger: quiet})
	require.NoError(b, s.Register(new(arith.Arith)))
	go s.Serve(l, "tcp")
	b.Cleanup(func() { s.Shutdown(context.Background()) })

	rl := listenTCP(b)
	go registry.Serve(b.Context(), rl, registry.Handler(newStore()))
	r, err := registry.NewClient("http://"+rl.Addr().String(), registry.ClientOptions{})
	require.NoError(b, err)
	b.Cleanup(r.Close)
	_, err = r.Register(b.Context(), registry.Instance{Service: "Arith", Addr: l.Addr().String(), Weight: 1})
	require.NoError(b, err)

	kept := client.New(r, "Arith", client.Options{})
	b.Cleanup(func() { kept.Close() })
	dial := func(ctx context.Context, addr string) error {
		conn, err := client.Dial(ctx, "tcp", addr, client.Options{})
		if err != nil {
			return err
		}
		defer conn.Close()
		return conn.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
	}
	for _, callers := range []int{1, 64} {
		for _, way := range []struct {
			name string
			call func(context.Context) error
		}{
			{"kept connection", func(ctx context.Context) error {
				return kept.Call(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int))
			}},
			{"dial per call", func(ctx context.Context) error {
				return dial(ctx, l.Addr().String())
			}},
			{"lookup and dial per call", func(ctx context.Context) error {
				list, err := r.Instances(ctx, "Arith")
				if err != nil {
					return err
				}
				return dial(ctx, list[0].Addr)
			}},
		} {
			b.Run(fmt.Sprintf("%d callers/%s", callers, way.name), func(b *testing.B) {
				spread(b, callers, func() error { return way.call(b.Context()) })
			})
		}
	}
}

func listenTCP(b *testing.B) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	return l
}

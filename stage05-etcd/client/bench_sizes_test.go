package client_test

import (
	"context"
	"fmt"
	"net/rpc"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry"
)

// Echo is a service for messages of any size.
type Echo struct{}

// Bytes returns what it is given.
func (Echo) Bytes(sent []byte, reply *[]byte) error { *reply = sent; return nil }

// BenchmarkSizesInOneProcess compares a client with a bare connection: messages of 8
// bytes to 64 KiB, and 1 to 256 callers.
func BenchmarkSizesInOneProcess(b *testing.B) { compareSizes(b, inThisProcess(b)) }

// BenchmarkSizesAcrossTwoProcesses is the same with the servers in a process of their own.
func BenchmarkSizesAcrossTwoProcesses(b *testing.B) { compareSizes(b, startProcess(b)) }

func compareSizes(b *testing.B, s servers) {
	conn, err := rpc.Dial("tcp", s.Bare)
	require.NoError(b, err)
	b.Cleanup(func() { conn.Close() })
	r, err := registry.NewClient(s.Registry, registry.ClientOptions{})
	require.NoError(b, err)
	c, err := client.New(r, "Arith", client.Options{Idempotent: []string{"Echo.Bytes"}})
	require.NoError(b, err)
	b.Cleanup(func() { c.Close(); r.Close() })
	for _, size := range []int{8, 1 << 10, 4 << 10, 16 << 10, 64 << 10} {
		sent := make([]byte, size)
		contenders := []contender{
			{"bare", func(int) error { return conn.Call("Echo.Bytes", &sent, new([]byte)) }},
			{"client", func(int) error { return c.Call(context.Background(), "Echo.Bytes", &sent, new([]byte)) }},
		}
		for _, callers := range []int{1, 16, 64, 256} {
			b.Run(fmt.Sprintf("%d bytes/%d callers", size, callers), func(b *testing.B) { contest(b, callers, contenders) })
		}
	}
}

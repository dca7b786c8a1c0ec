package client_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"net"
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/machine"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/server"
)

// Odd is a service that takes its time.
type Odd struct{}

func (Odd) Slow(d time.Duration, reply *bool) error { time.Sleep(d); *reply = true; return nil }
func (Odd) Echo(b []byte, reply *[]byte) error      { *reply = b; return nil }
func (Odd) Now(_ int, reply *time.Time) error       { *reply = time.Now(); return nil }

// nodes are hosts on a network in memory.
type nodes struct{ memnet.Network }

// serve serves Arith and Odd on a machine, until the test ends.
func (n *nodes) serve(t testing.TB, addr, network string) *machine.Machine {
	s := server.New(server.Options{Logger: quiet})
	require.NoError(t, s.Register(new(arith.Arith)))
	require.NoError(t, s.Register(Odd{}))
	m := machine.Start(t, &n.Network, addr)
	go s.Serve(m, network)
	t.Cleanup(func() { s.Shutdown(context.Background()) })
	return m
}

// listen listens until the test ends.
func (n *nodes) listen(t testing.TB, addr string) net.Listener {
	l, err := n.Listen(addr)
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// peer accepts one connection and hands it to a host that behaves as told.
// The connection is closed when the test ends, at the latest.
func (n *nodes) peer(t testing.TB, addr string, behave func(net.Conn)) {
	l := n.listen(t, addr)
	done := make(chan struct{})
	conns := make(chan net.Conn, 1)
	go func() {
		defer close(done)
		if c, err := l.Accept(); err == nil {
			conns <- c
			behave(c)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		select {
		case c := <-conns:
			c.Close()
		default:
		}
		<-done
	})
}

// dial connects, until the test ends.
func (n *nodes) dial(t testing.TB, addr, network string) *client.Conn {
	c, err := client.Dial(t.Context(), network, addr, n.options())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func (n *nodes) options() client.Options { return client.Options{DialContext: n.DialContext} }

// requireWorks makes a good call.
func requireWorks(t testing.TB, c *client.Conn, why string) {
	t.Helper()
	var product int
	require.NoError(t, c.Call(context.Background(), "Arith.Multiply", arith.Args{A: 7, B: 8}, &product), why)
	require.Equal(t, 56, product, why)
}

// readRequest reads one whole request.
func readRequest(c net.Conn) {
	dec := gob.NewDecoder(c)
	dec.Decode(new(rpc.Request))
	dec.Decode(new(time.Duration))
}

// answer is the reply to the first request, as bytes.
func answer() []byte {
	var b bytes.Buffer
	enc := gob.NewEncoder(&b)
	enc.Encode(rpc.Response{ServiceMethod: "Odd.Slow"})
	enc.Encode(true)
	return b.Bytes()
}

// deaf listens on a real socket, accepts, and never reads.
func deaf(t testing.TB) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var conns []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns = append(conns, c)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
		for _, c := range conns {
			c.Close()
		}
	})
	return l.Addr().String()
}

// endings are the ways in which a caller gives up after some time.
func endings(after time.Duration) map[string]func(context.Context) (context.Context, context.CancelFunc) {
	return map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, after)
		},
		"cancellation": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(after, cancel)
			return ctx, cancel
		},
	}
}

package codec_test

import (
	"io"
	"math"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

type Point struct{ X, Y int }

// Shapes is a service with a method for each shape of argument and reply.
type Shapes struct{}

func (Shapes) Mirror(p Point, reply *Point) error { *reply = Point{p.Y, p.X}; return nil }
func (Shapes) Lengths(words []string, reply *[]int) error {
	for _, w := range words {
		*reply = append(*reply, len(w))
	}
	return nil
}
func (Shapes) Fail(p *Point, reply *Point) error             { return io.ErrNoProgress }
func (Shapes) Func(p Point, reply *struct{ F func() }) error { reply.F = func() {}; return nil }
func (Shapes) Half(p Point, reply *Half) error               { *reply = Half{X: p.X, F: func() {}}; return nil }
func (Shapes) NaN(p Point, reply *float64) error             { *reply = math.NaN(); return nil }
func (Shapes) Chan(p Point, reply *chan int) error           { *reply = make(chan int); return nil }

// Half is a struct that gob sends without its func.
type Half struct {
	X int
	F func()
}

// A peer connects a client and a server of Shapes, each with the codec named.
type peers struct {
	client func(io.ReadWriteCloser) *rpc.Client
	serve  func(*rpc.Server, io.ReadWriteCloser)
}

func plainClient(c io.ReadWriteCloser) *rpc.Client { return rpc.NewClient(c) }
func ourClient(c io.ReadWriteCloser) *rpc.Client {
	return rpc.NewClientWithCodec(codec.NewClient(c, 1<<20))
}
func plainServe(s *rpc.Server, c io.ReadWriteCloser) { s.ServeConn(c) }
func ourServe(s *rpc.Server, c io.ReadWriteCloser)   { s.ServeCodec(codec.NewServer(c, 1<<20)) }

// connect returns a client of Shapes; both ends stop with the test.
func (p peers) connect(t *testing.T) *rpc.Client {
	server := rpc.NewServer()
	require.NoError(t, server.RegisterName("Shapes", Shapes{}))
	near, far := net.Pipe()
	go p.serve(server, far)
	client := p.client(near)
	t.Cleanup(func() { client.Close() })
	return client
}

func TestPlainNetRPCPeersUnderstandEitherSide(t *testing.T) {
	for name, p := range map[string]peers{
		"plain client, our server": {plainClient, ourServe},
		"our client, plain server": {ourClient, plainServe},
		"ours on both sides":       {ourClient, ourServe},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := p.connect(t)
				for range 3 { // the first call sends the types, the others do not
					var mirrored Point
					require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, &mirrored))
					require.Equal(t, Point{2, 1}, mirrored)
					var lengths []int
					require.NoError(t, client.Call("Shapes.Lengths", []string{"a", "bcd"}, &lengths))
					require.Empty(t, cmp.Diff(lengths, []int{1, 3}))
					err := client.Call("Shapes.Fail", &Point{}, &mirrored)
					require.Equal(t, rpc.ServerError(io.ErrNoProgress.Error()), err)
					require.ErrorContains(t, client.Call("Shapes.Nothing", Point{}, &mirrored), "can't find method")
					require.ErrorContains(t, client.Call("Shapes.Mirror", "a string", &mirrored), "gob:")
				}
			})
		})
	}
}

// writes counts the calls of Write.
type writes struct {
	net.Conn
	n int
}

func (w *writes) Write(p []byte) (int, error) {
	w.n++
	return w.Conn.Write(p)
}

func TestEveryMessageIsOneWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := rpc.NewServer()
		require.NoError(t, server.RegisterName("Shapes", Shapes{}))
		near, far := net.Pipe()
		requests, replies := &writes{Conn: near}, &writes{Conn: far}
		go ourServe(server, replies)
		client := ourClient(requests)
		defer client.Close()
		for n := 1; n <= 3; n++ {
			require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, new(Point)))
			require.Equal(t, n, requests.n, "writes for %d requests", n)
			require.Equal(t, n, replies.n, "writes for %d replies", n)
		}
	})
}

// Moody panics while it is encoded, when it is told to.
type Moody struct{ Calm bool }

func (m Moody) GobEncode() ([]byte, error) {
	if !m.Calm {
		panic("boom")
	}
	return []byte("calm"), nil
}
func (*Moody) GobDecode([]byte) error { return nil }

func TestAPanicHalfWayThroughAMessageClosesTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := peers{ourClient, plainServe}.connect(t)
		require.Error(t, client.Call("Shapes.Mirror", Moody{Calm: true}, new(Point)), "of the wrong type, but sent")
		require.Panics(t, func() { client.Call("Shapes.Mirror", Moody{}, new(Point)) })
		synctest.Wait()
		err := client.Call("Shapes.Mirror", Point{1, 2}, new(Point))
		require.ErrorIs(t, err, rpc.ErrShutdown, "a header without its body may be on the wire")
	})
}

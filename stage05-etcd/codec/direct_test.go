package codec_test

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"io"
	"net"
	"net/rpc"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// tried is a connection of which a write that is tried takes no more than most bytes.
type tried struct {
	net.Conn
	most  int
	tries atomic.Int64
}

func (c *tried) TryWrite(p []byte) int {
	c.tries.Add(1)
	n, _ := c.Conn.Write(p[:min(len(p), c.most)])
	return n
}

// lonely returns a client that has called so often that its next message is tried.
func lonely(t *testing.T, most int) (*rpc.Client, *tried) {
	near, far := net.Pipe()
	server := rpc.NewServer()
	require.NoError(t, server.RegisterName("Shapes", Shapes{}))
	go server.ServeConn(far)
	conn := &tried{Conn: near, most: most}
	client := ourClient(conn)
	t.Cleanup(func() { client.Close() })
	for range 51 { // the first comes after nothing
		require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, new(Point)))
		synctest.Wait()
	}
	require.Zero(t, conn.tries.Load(), "too early to say that nobody else calls")
	return client, conn
}

func TestWhatATriedWriteDoesNotTakeIsSentInOrder(t *testing.T) {
	for _, most := range []int{0, 1, 20, 1 << 20} {
		synctest.Test(t, func(t *testing.T) {
			client, conn := lonely(t, most)
			for i := range 100 {
				var mirrored Point
				require.NoError(t, client.Call("Shapes.Mirror", Point{i, i + 1}, &mirrored))
				require.Equal(t, Point{i + 1, i}, mirrored)
				synctest.Wait()
			}
			require.EqualValues(t, 100, conn.tries.Load())
		})
	}
}

func TestCompanyGoesBackToTheGoroutineThatGathers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		go io.Copy(io.Discard, far)
		conn := &tried{Conn: near, most: 1 << 20}
		client := codec.NewClient(conn, 1<<20)
		defer client.Close()
		request := func() {
			require.NoError(t, client.WriteRequest(new(rpc.Request), Point{}))
			synctest.Wait()
		}
		out := bufio.NewWriter(far)
		enc := gob.NewEncoder(out)
		answer := func(replies int) {
			for range replies {
				require.NoError(t, enc.Encode(new(rpc.Response)))
				require.NoError(t, enc.Encode(Point{}))
			}
			go out.Flush()
			synctest.Wait()
		}
		read := func() {
			require.NoError(t, client.ReadResponseHeader(new(rpc.Response)))
			require.NoError(t, client.ReadResponseBody(new(Point)))
		}
		triesOf := func(calls int) int64 {
			before := conn.tries.Load()
			for range calls {
				request()
				answer(1)
				read()
			}
			return conn.tries.Load() - before
		}

		require.Zero(t, triesOf(51))
		require.EqualValues(t, 10, triesOf(10))
		for name, company := range map[string]func(){
			"nothing was read between two requests": func() { request(); request(); answer(1); read() },
			"two replies were read between them":    func() { request(); answer(2); read(); read() },
			"another reply came with the first":     func() { request(); answer(2); read(); request(); read() },
		} {
			company()
			require.Zero(t, triesOf(50), name)
			require.Positive(t, triesOf(10), name)
		}
	})
}

// full is a connection that takes 1,000 bytes of a write that is tried, and no more until
// it is opened.
type full struct {
	sent  bytes.Buffer
	tries int
	open  chan struct{}
}

func (c *full) TryWrite(p []byte) int {
	c.tries++
	n, _ := c.sent.Write(p[:min(len(p), 1000)])
	return n
}

func (c *full) Write(p []byte) (int, error) { <-c.open; return c.sent.Write(p) }
func (c *full) Read(p []byte) (int, error)  { return c.sent.Read(p) }
func (c *full) Close() error                { return nil }

func TestALargeMessageIsTriedAtOnceAndWhatIsLeftOfItGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := &full{open: make(chan struct{})}
		client := codec.NewClient(conn, 1<<20)
		defer client.Close()
		words := []string{strings.Repeat("x", 32<<10)}
		send := func(seq uint64) { require.NoError(t, client.WriteRequest(&rpc.Request{Seq: seq}, words)) }

		send(0)
		require.Equal(t, 1, conn.tries)
		synctest.Wait() // the rest is being written
		send(1)
		send(2)
		require.Equal(t, 1, conn.tries, "the second and the third wait for the rest of the first")
		close(conn.open)
		synctest.Wait()
		send(3)
		require.Equal(t, 2, conn.tries)
		synctest.Wait()

		server := codec.NewServer(conn, 1<<20)
		for seq := range uint64(4) {
			var header rpc.Request
			var got []string
			require.NoError(t, server.ReadRequestHeader(&header))
			require.NoError(t, server.ReadRequestBody(&got))
			require.Equal(t, seq, header.Seq)
			require.Equal(t, words, got)
		}
		require.NoError(t, server.Close())
	})
}

// socket is a connection of which writes can be tried.
type socket struct{ net.Conn }

func (s socket) TryWrite(p []byte) int { return codec.TryWrite(s.Conn, p) }

// sockets returns the two ends of a TCP connection.
func sockets(t *testing.T) (near, far net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	near, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	far, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

func TestACallerWhoIsAloneDoesNotWaitForAPeerThatDoesNotRead(t *testing.T) {
	near, far := sockets(t)
	client, server := codec.NewClient(socket{near}, 1<<20), codec.NewServer(far, 1<<20)
	defer client.Close()
	defer server.Close()

	words := []string{strings.Repeat("x", 32<<10)}
	sent := make(chan uint64, 1)
	go func() {
		seq := uint64(0)
		for ; client.WriteRequest(&rpc.Request{Seq: seq}, words) == nil; seq++ {
			server.WriteResponse(&rpc.Response{Seq: seq}, Point{}) // so that it is alone, though nothing was read
			client.ReadResponseHeader(new(rpc.Response))
			client.ReadResponseBody(new(Point))
		}
		sent <- seq
	}()
	select {
	case n := <-sent:
		require.Greater(t, n, uint64(512), "16 MiB wait for the peer before one is refused")
		for seq := range n {
			var header rpc.Request
			var got []string
			require.NoError(t, server.ReadRequestHeader(&header))
			require.NoError(t, server.ReadRequestBody(&got))
			require.Equal(t, seq, header.Seq)
			require.Equal(t, words, got)
		}
	case <-time.After(time.Minute):
		require.Fail(t, "it waits")
	}
}

func TestAFullSocketTakesNothing(t *testing.T) {
	near, _ := sockets(t)
	near.SetWriteDeadline(time.Now().Add(time.Minute))
	began := time.Now()
	for codec.TryWrite(near, make([]byte, 64<<10)) > 0 {
	}
	require.Less(t, time.Since(began), time.Minute, "it waits for room")
}

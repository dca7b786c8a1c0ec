package codec_test

import (
	"bytes"
	"io"
	"net"
	"net/rpc"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// gate is a connection whose writes wait until it is opened.
type gate struct {
	net.Conn
	open   chan struct{}
	writes atomic.Int64
	most   atomic.Int64 // bytes of the largest write
}

func (g *gate) Write(p []byte) (int, error) {
	g.writes.Add(1)
	g.most.Store(max(g.most.Load(), int64(len(p))))
	<-g.open
	return g.Conn.Write(p)
}

// gated returns the two ends of a connection; writes to near wait.
func gated(t *testing.T) (near *gate, far net.Conn) {
	a, b := net.Pipe()
	t.Cleanup(func() { a.Close(); b.Close() })
	return &gate{Conn: a, open: make(chan struct{})}, b
}

func TestABurstOfRequestsIsOneWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := gated(t)
		server := rpc.NewServer()
		require.NoError(t, server.RegisterName("Shapes", Shapes{}))
		go server.ServeConn(far)
		client := ourClient(near)
		defer client.Close()
		done := make(chan *rpc.Call, 100)
		client.Go("Shapes.Mirror", Point{0, 1}, new(Point), done)
		synctest.Wait() // it is being written
		for i := 1; i < 100; i++ {
			client.Go("Shapes.Mirror", Point{i, i + 1}, new(Point), done)
		}
		close(near.open)
		for range 100 {
			call := <-done
			require.NoError(t, call.Error)
			args := call.Args.(Point)
			require.Equal(t, Point{args.Y, args.X}, *call.Reply.(*Point))
		}
		require.EqualValues(t, 2, near.writes.Load(), "a burst is one write")
	})
}

func TestABurstOfRepliesIsOneWriteThatFlushWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := gated(t)
		c := codec.NewServer(near, 1<<20)
		for seq := range uint64(100) {
			require.NoError(t, c.WriteResponse(&rpc.Response{Seq: seq}, Point{X: int(seq)}))
			if seq == 0 {
				synctest.Wait()
			}
		}
		flushed := make(chan error, 1)
		go func() {
			flushed <- c.(interface{ Flush() error }).Flush()
			c.Close() // loses nothing
		}()
		synctest.Wait()
		require.Empty(t, flushed)
		close(near.open)
		client := codec.NewClient(far, 1<<20)
		defer client.Close()
		for seq := range uint64(100) {
			var header rpc.Response
			var body Point
			require.NoError(t, client.ReadResponseHeader(&header))
			require.NoError(t, client.ReadResponseBody(&body))
			require.Equal(t, seq, header.Seq)
			require.Equal(t, int(seq), body.X)
		}
		require.NoError(t, <-flushed)
		require.Equal(t, io.EOF, client.ReadResponseHeader(new(rpc.Response)))
		require.EqualValues(t, 2, near.writes.Load())
	})
}

func TestFlushWaitsForTheWriteInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := gated(t)
		c := codec.NewServer(near, 1<<20)
		defer c.Close()
		require.NoError(t, c.WriteResponse(new(rpc.Response), Point{}))
		synctest.Wait() // it is being written, and nothing else is queued
		flushed := make(chan error, 1)
		go func() { flushed <- c.(interface{ Flush() error }).Flush() }()
		synctest.Wait()
		require.Empty(t, flushed)
		close(near.open)
		go io.Copy(io.Discard, far)
		require.NoError(t, <-flushed)
	})
}

func TestALoneMessageIsSentAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := peers{ourClient, ourServe}.connect(t)
		began := time.Now()
		for range 10 {
			require.NoError(t, client.Call("Shapes.Mirror", Point{1, 2}, new(Point)))
			time.Sleep(time.Second)
		}
		require.Equal(t, 10*time.Second, time.Since(began), "nothing but the pauses")
	})
}

func TestALargeMessageIsWrittenInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := gated(t)
		close(near.open)
		server := rpc.NewServer()
		require.NoError(t, server.RegisterName("Shapes", Shapes{}))
		go server.ServeConn(far)
		client := ourClient(near)
		defer client.Close()
		var lengths []int
		word := string(bytes.Repeat([]byte("x"), 1<<20))
		require.NoError(t, client.Call("Shapes.Lengths", []string{word}, &lengths))
		require.Equal(t, []int{1 << 20}, lengths)
		require.EqualValues(t, 64<<10, near.most.Load(), "so that a write deadline is for progress, not for the whole")
	})
}

func TestRequestsToAPeerThatDoesNotReadAreRefusedAfter16MiB(t *testing.T) {
	for name, dial := range map[string]func(io.ReadWriteCloser, int64) rpc.ClientCodec{
		"gob": codec.NewClient, "json": codec.NewJSONClient,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, _ := gated(t)
				c := dial(near, 1<<20)
				defer c.Close()
				defer close(near.open)
				word := string(bytes.Repeat([]byte("x"), 1<<20))
				sent := 0
				var err error
				for ; err == nil; sent++ {
					require.Less(t, sent, 40)
					err = c.WriteRequest(&rpc.Request{Seq: uint64(sent)}, []string{word})
				}
				require.ErrorIs(t, err, codec.ErrBacklog, "trap N1: the caller does not wait")
				require.Greater(t, sent, 16, "256 callers with 64 KiB each are no backlog")
			})
		})
	}
}

func TestABacklogThatHasGoneLetsRequestsThroughAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := gated(t)
		server := rpc.NewServer()
		require.NoError(t, server.RegisterName("Shapes", Shapes{}))
		client := ourClient(near)
		defer client.Close()
		words := []string{string(bytes.Repeat([]byte("x"), 1<<20))}
		done := make(chan *rpc.Call, 40)
		for range 40 {
			client.Go("Shapes.Lengths", words, new([]int), done)
		}
		go server.ServeConn(far)
		close(near.open)
		refused := 0
		for range 40 {
			if call := <-done; call.Error != nil {
				require.Equal(t, codec.ErrBacklog, call.Error)
				refused++
			}
		}
		require.Positive(t, refused)
		require.Less(t, refused, 30)
		require.NoError(t, client.Call("Shapes.Lengths", words, new([]int)), "the connection is as good as before")
	})
}

func TestRepliesToAPeerThatDoesNotReadWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, end := range map[string]func(*gate, net.Conn){
			"until it reads":       func(g *gate, far net.Conn) { close(g.open); go io.Copy(io.Discard, far) },
			"until it has hung up": func(g *gate, far net.Conn) { close(g.open); far.Close() },
		} {
			near, far := gated(t)
			c := codec.NewServer(near, 1<<20)
			body := bytes.Repeat([]byte("x"), 1<<20)
			var written atomic.Int64
			errs := make(chan error, 1)
			go func() {
				for range 20 {
					if err := c.WriteResponse(new(rpc.Response), body); err != nil {
						errs <- err
						return
					}
					written.Add(1)
				}
				errs <- nil
			}()
			synctest.Wait()
			require.Less(t, written.Load(), int64(10), name)
			require.Empty(t, errs, name)
			end(near, far)
			err := <-errs
			require.Equal(t, name == "until it reads", err == nil, "%s: %v", name, err)
			c.Close()
		}
	})
}

func TestAConnectionThatFailedTakesNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := codec.NewServer(near, 1<<20)
		far.Close()
		require.NoError(t, c.WriteResponse(new(rpc.Response), Point{}), "it is not known yet")
		require.ErrorIs(t, c.(interface{ Flush() error }).Flush(), io.ErrClosedPipe)
		require.Error(t, c.WriteResponse(new(rpc.Response), Point{}))
	})
}

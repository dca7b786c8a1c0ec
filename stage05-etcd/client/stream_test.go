package client_test

import (
	"bytes"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// requireBroken checks that c is known to be broken by now.
func requireBroken(t *testing.T, c *client.Conn) {
	t.Helper()
	select {
	case <-c.Broken():
	default:
		require.Fail(t, "not broken")
	}
}

func TestABrokenConnectionIsKnownBeforeAnybodyCalls(t *testing.T) {
	for name, behave := range map[string]func(net.Conn){
		"the server hangs up":           func(c net.Conn) { c.Close() },
		"the server sends half a reply": func(c net.Conn) { c.Write([]byte{20, 1, 2}); c.Close() },
		"the server sends garbage":      func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) { time.Sleep(time.Hour); behave(c) })
				c := n.dial(t, "host:1", "tcp")
				select {
				case <-c.Broken():
					require.Fail(t, "broken too early")
				case <-time.After(time.Minute):
				}
				began := time.Now()
				<-c.Broken()
				require.Equal(t, 59*time.Minute, time.Since(began))
				synctest.Wait()
				err := c.Call(t.Context(), "Odd.Slow", time.Second, new(bool))
				require.ErrorIs(t, err, rpc.ErrShutdown)
				require.False(t, err.(*client.CallError).Sent)
				require.NoError(t, c.Close())
			})
		})
	}
}

func TestGarbageInsteadOfAReplyEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		hungUp := make(chan struct{})
		n.peer(t, "host:1", func(c net.Conn) {
			readRequest(c)
			c.Write(bytes.Repeat([]byte{3}, 100))
			io.Copy(io.Discard, c)
			close(hungUp)
		})
		c := n.dial(t, "host:1", "tcp")
		err := c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool))
		require.Error(t, err)
		require.True(t, err.(*client.CallError).Sent)
		<-c.Broken()
		<-hungUp
		require.ErrorIs(t, c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool)), rpc.ErrShutdown)
	})
}

func TestAPeerThatReadsNothingForTenSecondsIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) { <-t.Context().Done() }) // never reads
		c := n.dial(t, "host:1", "tcp")
		began := time.Now()
		var calls []*client.Call
		for range 3 {
			calls = append(calls, c.Go(t.Context(), "Odd.Echo", []byte("hello"), new([]byte)))
		}
		<-c.Broken()
		require.Equal(t, 10*time.Second, time.Since(began))
		for _, call := range calls {
			err := (<-call.Done).Err
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.True(t, err.(*client.CallError).Sent)
		}
		require.ErrorIs(t, c.Call(t.Context(), "Odd.Echo", []byte("hello"), new([]byte)), rpc.ErrShutdown)
	})
}

func TestAPeerThatReadsSlowlyIsNotHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		s := rpc.NewServer()
		require.NoError(t, s.Register(Odd{}))
		n.peer(t, "host:1", func(c net.Conn) { s.ServeConn(trickle{c}) })
		c := n.dial(t, "host:1", "tcp")
		began := time.Now()
		sent, got := make([]byte, 600<<10), []byte(nil)
		require.NoError(t, c.Call(t.Context(), "Odd.Echo", sent, &got))
		require.Len(t, got, len(sent))
		require.Greater(t, time.Since(began), 20*time.Second)
	})
}

// trickle reads 30 KiB per second.
type trickle struct{ net.Conn }

func (c trickle) Read(p []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return c.Conn.Read(p[:min(len(p), 3<<10)])
}

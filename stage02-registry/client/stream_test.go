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

	"example.com/workshop/stage02-registry/client"
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
				require.ErrorIs(t, c.Call(t.Context(), "Odd.Slow", time.Second, new(bool)), rpc.ErrShutdown)
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
		require.Error(t, c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool)))
		<-c.Broken()
		<-hungUp
		require.ErrorIs(t, c.Call(t.Context(), "Odd.Slow", time.Nanosecond, new(bool)), rpc.ErrShutdown)
	})
}

func TestRepliesArriveAfterARequestWasCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		hungUp := make(chan struct{})
		n.peer(t, "host:1", func(c net.Conn) {
			readRequest(c)
			time.Sleep(4 * time.Second) // and reads nothing of the second request
			c.Write(answer())
			io.Copy(io.Discard, c)
			close(hungUp)
		})
		c := n.dial(t, "host:1", "tcp")
		slept, began := false, time.Now()
		first := c.Go(t.Context(), "Odd.Slow", time.Second, &slept)
		synctest.Wait()
		require.Equal(t, failure{time.Second, "context deadline exceeded"}, call(t, c, time.Second))
		requireBroken(t, c)
		require.NoError(t, (<-first.Done).Err, "the connection was closed when a write failed, and the reply to another call was lost")
		require.True(t, slept)
		require.Equal(t, 4*time.Second, time.Since(began))
		<-hungUp
		require.Equal(t, 6*time.Second, time.Since(began), "five seconds after the write that failed")
	})
}

package client_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"io"
	"net"
	"net/rpc"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// gobReply is a reply to a call with this number, as bytes.
func gobReply(seq uint64, refusal string) string {
	var b bytes.Buffer
	enc := gob.NewEncoder(&b)
	enc.Encode(rpc.Response{ServiceMethod: "Odd.Slow", Seq: seq, Error: refusal})
	enc.Encode(true)
	return b.String()
}

func TestAReplyThatNobodyHasAskedForEndsItsConnection(t *testing.T) {
	for name, tt := range map[string]struct{ network, reply string }{
		"to a call that was not made":            {"tcp", gobReply(7, "")},
		"an error to one that was not made":      {"tcp", gobReply(7, "no")},
		"to a call that was not made, JSON":      {"jsonrpc", `{"id":7,"result":true,"error":null}`},
		"an error to one that was not made, too": {"jsonrpc", `{"id":7,"result":null,"error":"no"}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.peer(t, "host:1", func(c net.Conn) {
					c.Read(make([]byte, 4<<10))
					io.WriteString(c, tt.reply)
					io.Copy(io.Discard, c)
				})
				c := n.dial(t, "host:1", tt.network)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := c.Call(ctx, "Odd.Slow", time.Second, new(bool))
				require.EqualError(t, err, "Odd.Slow on host:1: hung up on the server: it answered a call that was not made")
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, "as elsewhere when a connection ends")
				require.True(t, err.(*client.CallError).Sent)
				requireBroken(t, c)
			})
		})
	}
}

func TestAServerThatAnswersTwiceIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) {
			readRequest(c)
			enc := gob.NewEncoder(c)
			for range 2 {
				enc.Encode(rpc.Response{ServiceMethod: "Odd.Slow"})
				enc.Encode(true)
			}
			io.Copy(io.Discard, c)
		})
		c := n.dial(t, "host:1", "tcp")
		var reply bool
		require.NoError(t, c.Call(t.Context(), "Odd.Slow", time.Second, &reply))
		require.True(t, reply)
		synctest.Wait()
		requireBroken(t, c)
	})
}

// TestWhateverElseAnInstanceSendsItIsSilent with callers who have 50 ms, and an instance
// that gives a first sign of life, and then sends a byte of a reply every 10.
func TestWhateverElseAnInstanceSendsItIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].kill()
		l, err := cluster.net.Listen("a:1")
		require.NoError(t, err)
		defer l.Close()
		go func() {
			for c, err := l.Accept(); err == nil; c, err = l.Accept() {
				go func() {
					readRequest(c)
					go io.Copy(io.Discard, c)
					io.WriteString(c, gobReply(0, "no such service")+"\xfe\xff\x00") // and 65,280 bytes follow
					for _, err := c.Write([]byte{1}); err == nil; _, err = c.Write([]byte{1}) {
						time.Sleep(10 * time.Millisecond)
					}
				}()
			}
		}()
		c := cluster.client(client.Options{Balancer: new(inOrder)})
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			c.Call(ctx, "Work.Do", 7, new(int))
			cancel()
		}
		require.Equal(t, []string{"a:1"}, ejected(c))
		c.Close()
		time.Sleep(time.Second) // until nothing is sent any more
	})
}

// swallows reads whatever comes and answers nothing.
func swallows(c net.Conn) { io.Copy(io.Discard, c) }

// hasty is the context of a caller that gives up as soon as its request is sent.
type hasty struct {
	context.Context
	begun bool
}

func (h *hasty) Done() <-chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

func (h *hasty) Err() error {
	if !h.begun {
		h.begun = true
		return nil
	}
	return context.Canceled
}

func TestCallsThatNobodyAnswersHaveABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", swallows)
		c := n.dial(t, "host:1", "tcp")
		for range 1 << 16 {
			require.ErrorIs(t, c.Call(&hasty{Context: t.Context()}, "Odd.Slow", time.Second, new(bool)), context.Canceled)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := c.Call(ctx, "Odd.Slow", time.Second, new(bool))
		require.EqualError(t, err, "Odd.Slow on host:1: too many calls have got no reply")
		require.False(t, err.(*client.CallError).Sent)
		synctest.Wait()
		requireBroken(t, c)
	})
}

func TestACallThatWasGivenUpDoesNotKeepItsArguments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", swallows)
		c := n.dial(t, "host:1", "tcp")
		before := heap()
		for range 64 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			c.Call(ctx, "Odd.Echo", []byte(strings.Repeat("x", 1<<20)), new([]byte))
			cancel()
			synctest.Wait() // the request has been sent
		}
		require.Less(t, heap(), before+32<<20)
	})
}

// heap returns the bytes that are in use after a collection.
func heap() uint64 {
	var now runtime.MemStats
	runtime.GC()
	runtime.GC() // which empties the pools
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}

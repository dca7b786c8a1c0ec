package client_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/codec"
	"example.com/workshop/stage05-etcd/server"
)

const seeN1 = "trap N1: net/rpc writes under a mutex and knows no deadline"

func TestCallsToAPeerThatNeverReadsReturnWhenTheirContextEnds(t *testing.T) {
	for name, end := range endings(5 * time.Millisecond) {
		t.Run(name, func(t *testing.T) {
			addr := deaf(t)
			c, err := client.Dial(t.Context(), "tcp", addr, client.Options{})
			require.NoError(t, err)
			defer c.Close()

			args := make([]byte, 1<<20)
			refused := 0 // once the socket's buffers are full, and then the backlog
			for calls := 0; refused < 20; calls++ {
				require.Less(t, calls, 200, "everything is taken")
				ctx, cancel := end(t.Context())
				began := time.Now()
				err = c.Call(ctx, "Odd.Echo", args, new([]byte))
				cancel()
				require.Less(t, time.Since(began), 5*time.Second, seeN1)
				if errors.Is(err, codec.ErrBacklog) {
					refused++
				} else {
					require.ErrorIs(t, err, ctx.Err(), seeN1)
				}
			}

			s := server.New(server.Options{Logger: quiet})
			require.NoError(t, s.Register(new(arith.Arith)))
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			go s.Serve(l, "tcp")
			defer s.Shutdown(context.Background())
			fresh, err := client.Dial(t.Context(), "tcp", l.Addr().String(), client.Options{})
			require.NoError(t, err)
			defer fresh.Close()
			requireWorks(t, fresh, "a new connection to a server that reads")
		})
	}
}

func TestALateReplyNeverLandsInAnotherCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		var callers sync.WaitGroup
		for caller := range 32 {
			callers.Go(func() {
				for i := range 60 {
					own := []byte{byte(caller), byte(i)}
					var got []byte
					ctx, cancel := context.WithTimeout(t.Context(), rand.N(4*time.Millisecond))
					err := c.Call(ctx, "Odd.Echo", own, &got)
					cancel()
					late := c.Go(t.Context(), "Odd.Slow", rand.N(4*time.Millisecond), new(bool))
					switch {
					case err == nil && !bytes.Equal(got, own):
						t.Errorf("got %v instead of %v", got, own)
					case err != nil && got != nil:
						t.Errorf("a call that failed (%v) has a reply: %s", err, seeN2)
					}
					ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
					var slept bool
					if c.Call(ctx, "Odd.Slow", 2*time.Millisecond, &slept) == nil || slept {
						t.Errorf("an answer in %v to what takes twice as long", time.Millisecond)
					}
					cancel()
					if err := (<-late.Done).Err; err != nil {
						t.Error(err)
					}
				}
			})
		}
		callers.Wait()
		requireWorks(t, c, "the connection is as good as before")
		time.Sleep(time.Second) // the methods whose callers gave up
	})
}

func TestACallWhoseContextHasEndedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.peer(t, "host:1", func(c net.Conn) {
			read, err := c.Read(make([]byte, 1))
			if read > 0 || err != io.EOF {
				t.Errorf("the server has read %d bytes (%v)", read, err)
			}
		})
		c := n.dial(t, "host:1", "tcp")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 { // select picks at random when the turn is free as well
			err := c.Call(ended, "Odd.Echo", []byte("hello"), new([]byte))
			require.ErrorIs(t, err, context.Canceled)
			require.False(t, err.(*client.CallError).Sent)
		}
		synctest.Wait()
	})
}

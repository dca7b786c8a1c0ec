package client_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// giveUp makes a call that its caller gives up after 50 ms.
func giveUp(t *testing.T, c *client.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.DeadlineExceeded)
}

func TestAnInstanceIsBlamedAfterFiveAttemptsAndHalfASecondOfSilence(t *testing.T) {
	for name, tt := range map[string]struct {
		pause time.Duration // between two calls
		want  int           // calls
	}{
		"often":        {0, 10},
		"now and then": {200 * time.Millisecond, 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				c := cluster.client(client.Options{Balancer: new(inOrder)}) // nothing is idempotent
				hosts[0].freeze()
				calls := 0
				for ; len(ejected(c)) == 0; time.Sleep(tt.pause) {
					giveUp(t, c)
					calls++
				}
				require.Equal(t, tt.want, calls)
				require.EqualValues(t, 1, failures(c, "a:1"))
				require.Equal(t, 500*time.Millisecond-tt.pause, banOf(t, c, "a:1"))
				giveUp(t, c)
				require.Equal(t, []string{"a:1"}, ejected(c), "on probation one is enough")
			})
		})
	}
}

func TestALateReplyIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: new(inOrder)})
		hosts[0].delay.Store(int64(70 * time.Millisecond))
		for range 60 {
			giveUp(t, c)
			time.Sleep(50 * time.Millisecond) // the reply comes
		}
		require.Empty(t, ejected(c), "nobody is to blame for a caller without patience")
		require.Zero(t, failures(c, "a:1"))
	})
}

func TestAnAnswerEndsTheSilenceThoughTheNextCallHasAnotherConnection(t *testing.T) {
	for name, answer := range map[string]func(*testing.T, *client.Client, *host){
		"late": func(_ *testing.T, _ *client.Client, h *host) { h.delay.Store(int64(70 * time.Millisecond)) },
		"on a connection in between": func(t *testing.T, c *client.Client, h *host) {
			time.Sleep(time.Second) // the connection of the last call is closed
			h.thaw()
			do(t, c)
			h.freeze()
		},
		"to another call": func(t *testing.T, c *client.Client, h *host) {
			h.thaw()
			do(t, c)
			h.freeze()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				c := cluster.client(client.Options{Balancer: new(inOrder), IdleTimeout: 100 * time.Millisecond})
				for range 60 {
					answer(t, c, hosts[0])
					time.Sleep(time.Second) // the connection is closed
					giveUp(t, c)
				}
				dials, _ := cluster.counts("a:1")
				require.GreaterOrEqual(t, dials, 60)
				require.Zero(t, failures(c, "a:1"))
			})
		})
	}
}

func TestACallOnAConnectionThatWasReplacedBlamesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: new(inOrder), Timeout: time.Second})
		do(t, c)
		cluster.cut("a:1")
		var lost []*client.Call
		for range 20 {
			lost = append(lost, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		for _, call := range lost {
			require.ErrorIs(t, (<-call.Done).Err, context.DeadlineExceeded)
		}
		require.Empty(t, ejected(c))
		do(t, c)
	})
}

func TestANewConnectionDoesNotEndTheSilenceOfAnInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: new(inOrder)})
		do(t, c)
		cluster.lapse("a:1")
		calls := 0
		for ; len(ejected(c)) == 0 && calls < 10; time.Sleep(time.Second) { // by then there is another connection
			giveUp(t, c)
			calls++
		}
		require.Equal(t, 5, calls)
		dials, _ := cluster.counts("a:1")
		require.GreaterOrEqual(t, dials, 5)
	})
}

func TestAnInstanceWhoseConnectionsGiveAFirstSignOfLifeAndNoReplyIsEjected(t *testing.T) {
	for _, pause := range []time.Duration{100 * time.Millisecond, 500 * time.Millisecond} {
		t.Run(pause.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				cluster.hosts("a:1", "b:1", "c:1")
				cluster.lapse("a:1")
				c := cluster.client(client.Options{Balancer: roundRobin(), Timeout: 3 * time.Second}) // nothing is idempotent
				failed := 0
				for _, call := range steady(t, c, pause, 600) {
					if call.Err != nil {
						failed++
					}
				}
				require.LessOrEqual(t, failed, 10, "five, and one or two after each ban")
			})
		})
	}
}

package client_test

import (
	"context"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// connecting has b:1 be connecting for half a second.
func connecting(t *testing.T, cluster *cluster, c *client.Client) {
	fill := cluster.blackHole("b:1")
	go c.Call(t.Context(), "Work.Do", 7, new(int))
	go c.Call(t.Context(), "Work.Do", 7, new(int)) // on either, and so on b:1
	time.AfterFunc(500*time.Millisecond, fill)
}

func TestAnInstanceInTransientFailureTakesNoCallsWhileAnotherDoes(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *cluster, *client.Client){
		"is ready":      func(t *testing.T, _ *cluster, c *client.Client) { do(t, c); do(t, c) },
		"is idle":       func(*testing.T, *cluster, *client.Client) {},
		"is connecting": connecting,
		"is connecting, and the view is new": func(t *testing.T, cluster *cluster, c *client.Client) {
			connecting(t, cluster, c)
			synctest.Wait() // until a:1 is ready; for renewEvery there is no other view
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				c := cluster.client(client.Options{Balancer: roundRobin()})
				prepare(t, cluster, c)
				hosts[0].kill()
				synctest.Wait()
				do(t, c)
				do(t, c) // on either, and so on a:1
				require.Equal(t, client.TransientFailure, states(c)["a:1"])
				before := failures(c, "a:1")
				for range 100 {
					do(t, c)
				}
				require.Equal(t, before, failures(c, "a:1"))
			})
		})
	}
}

func TestWhileEverybodyIsInTransientFailureACallWaitsForTheFirstThatConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		for range hosts {
			do(t, c)
		}
		time.Sleep(time.Minute)
		for _, h := range hosts {
			h.kill()
		}
		synctest.Wait()
		var calls []*client.Call
		for range 100 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		time.Sleep(time.Second)
		hosts[1].listen()
		start := time.Now()
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
			require.Equal(t, "b:1", call.Addr)
			require.Zero(t, call.Retries)
		}
		require.Less(t, time.Since(start), 2*time.Second, "the next backoff")
		dials, _ := cluster.counts("a:1")
		require.LessOrEqual(t, dials, 8, "a dial per backoff, not per call")
	})
}

func TestACallThatWaitsInVainForAConnectionSaysWhyThereIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		h.kill()
		time.Sleep(time.Second)
		for _, want := range []error{context.DeadlineExceeded, context.Canceled} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if want == context.Canceled {
				time.AfterFunc(time.Second-1, cancel)
			}
			start := time.Now()
			err := c.Call(ctx, "Work.Do", 7, new(int))
			cancel()
			require.InDelta(t, time.Second, time.Since(start), 1)
			require.ErrorIs(t, err, want)
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
			require.EqualError(t, err, "finding Work: "+want.Error()+": dial mem a:1: "+syscall.ECONNREFUSED.Error())
			var failed *client.CallError
			require.ErrorAs(t, err, &failed)
			require.False(t, failed.Sent)
		}
	})
}

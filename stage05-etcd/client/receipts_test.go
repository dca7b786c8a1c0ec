package client_test

import (
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestBroadcastBringsAReceiptFromEveryInstanceListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1", "d:1", "e:1", "f:1")
		hosts[5].in.Weight = 0
		hosts[5].register()
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[1].freeze()
		for len(ejected(c)) == 0 {
			do(t, c)
		}
		hosts[1].thaw() // it works again, and is still ejected
		hosts[2].kill()
		hosts[3].delay.Store(int64(time.Minute))
		cluster.blackHole("e:1")
		hosts[4].kill()
		synctest.Wait()

		ran := hosts[0].ran.Load()
		start := time.Now()
		receipts, err := c.Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
		require.NoError(t, err)
		require.Equal(t, 5*time.Second, time.Since(start), "as long as Options say")
		require.Len(t, receipts, len(hosts))
		for i, want := range []client.Outcome{
			client.Acknowledged, client.Acknowledged, client.Unreachable, client.TimedOut, client.TimedOut, client.Acknowledged,
		} {
			require.Equal(t, hosts[i].in.Addr, receipts[i].Addr)
			require.Equal(t, want, receipts[i].Outcome, "%s: %v", hosts[i].in.ID, receipts[i].Err)
			if want == client.Acknowledged {
				require.Equal(t, 7, *receipts[i].Reply.(*int))
			}
		}
		require.EqualValues(t, 1, hosts[0].ran.Load()-ran)

		receipts, err = c.Broadcast(t.Context(), "Work.Refuse", 7, func() any { return new(int) })
		require.NoError(t, err)
		require.Equal(t, client.Refused, receipts[0].Outcome)
		require.Equal(t, rpc.ServerError("refused"), receipts[0].Err.(*client.CallError).Err)
	})
}

func TestABroadcastDoesNotWaitForABackoffAndLeavesNoConnectionBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		h.kill()
		time.Sleep(time.Minute) // until the backoff is as long as it gets
		h.listen()
		_, closes := cluster.counts("a:1")
		start := time.Now()
		receipts, err := c.Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
		require.NoError(t, err)
		require.NoError(t, receipts[0].Err)
		require.Zero(t, time.Since(start))
		require.Equal(t, client.TransientFailure, states(c)["a:1"])
		_, now := cluster.counts("a:1")
		require.Equal(t, closes+1, now)
	})
}

func TestABroadcastIsAUseOfTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		c := cluster.client(client.Options{IdleTimeout: time.Minute})
		for range 5 {
			do(t, c)
			_, err := c.Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
			require.NoError(t, err)
			time.Sleep(time.Minute - time.Millisecond)
			require.Equal(t, client.Ready, states(c)["a:1"])
		}
	})
}

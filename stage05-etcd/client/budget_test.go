package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestRetriesStayWithinTheBudgetWhenEverythingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		for _, h := range hosts {
			h.delay.Store(int64(time.Hour)) // accepted and never answered
		}
		c := cluster.client(client.Options{Idempotent: idempotent, Timeout: time.Second})
		const offered, seconds = 2000, 10
		var calls []*client.Call
		for range offered {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
			time.Sleep(seconds * time.Second / offered)
		}
		for _, call := range calls {
			require.Error(t, (<-call.Done).Err)
		}
		most := int64(offered*12/10 + 10 + 10*(seconds+1))
		require.LessOrEqual(t, ran(hosts), most, "trap B5: retries multiply the load")
		require.Greater(t, ran(hosts), int64(offered*11/10), "the budget is there to be used")
	})
}

func TestABudgetSavesNoMoreThanAHundredRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Idempotent: idempotent, Timeout: time.Second})
		for range 2000 {
			do(t, c)
		}
		time.Sleep(time.Hour)
		for range 30 {
			do(t, c) // which connects anew
		}
		before := ran(hosts)
		for _, h := range hosts {
			h.delay.Store(int64(time.Hour))
		}
		var calls []*client.Call
		for range 200 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		for _, call := range calls {
			require.Error(t, (<-call.Done).Err)
		}
		sent := ran(hosts) - before
		require.LessOrEqual(t, sent, int64(200+100+40+10))
		require.GreaterOrEqual(t, sent, int64(200+90))
	})
}

// TestANewClientMayRetry: ten retries in reserve, a fifth of one for each call, and what time
// pays while the calls last. A call makes two at most.
func TestANewClientMayRetry(t *testing.T) {
	for calls, want := range map[int]int64{5: 10, 10: 18} {
		synctest.Test(t, func(t *testing.T) {
			cluster := newCluster(t)
			hosts := cluster.hosts("a:1", "b:1", "c:1")
			for _, h := range hosts {
				h.delay.Store(int64(time.Hour))
			}
			c := cluster.client(client.Options{Idempotent: idempotent, Timeout: time.Second})
			var all []*client.Call
			for range calls {
				all = append(all, c.Go(t.Context(), "Work.Do", 7, new(int)))
			}
			for _, call := range all {
				require.Error(t, (<-call.Done).Err)
			}
			require.Equal(t, want, ran(hosts)-int64(calls), "retries of %d calls; trap B5: the budget is 10, a fifth of the calls, and 10 a second", calls)
		})
	}
}

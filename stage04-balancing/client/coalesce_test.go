package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestThreeHundredOfAThousandThatDieAtOnceAreNewsForTheBalancerOnceOrTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &ledger{Balancer: roundRobin()}
		f, c := startFleet(t, client.Options{Balancer: b})
		for range 1000 {
			do(t, c)
		}
		time.Sleep(time.Minute)
		b.take()
		f.kill(300)
		time.Sleep(20 * time.Millisecond)
		lists := b.take()
		require.LessOrEqual(t, len(lists), 2, "a change of 1,000 instances for each that dies")
		taking := 0
		for _, weight := range lists[len(lists)-1] {
			taking += weight
		}
		require.Equal(t, 700, taking)
		require.Equal(t, 300+300, f.dialled(), "each was dialled again, once")

		before, start := f.dialled(), time.Now()
		for range 3000 {
			do(t, c)
		}
		require.Equal(t, before, f.dialled(), "calls dial nobody")
		require.Zero(t, time.Since(start))
		require.Zero(t, c.Stats().Retries)
	})
}

func TestThreeHundredOfAThousandThatAreDeadFromTheStartCostADialEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := startFleet(t, client.Options{})
		f.kill(300)
		most, start := 0, time.Now()
		for range 3000 {
			call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
			require.NoError(t, call.Err)
			most = max(most, call.Retries)
		}
		require.Zero(t, time.Since(start))
		require.LessOrEqual(t, f.dialled(), 300)
		require.Less(t, most, 20, "retries of one call, when three of ten are dead")
		require.LessOrEqual(t, c.Stats().Retries, int64(300))
	})
}

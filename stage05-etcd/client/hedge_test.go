package client_test

import (
	"context"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/client"
)

const (
	seeF2      = "trap F2: a fixed time-out against a shorter deadline"
	impatience = 150 * time.Millisecond // is less than an attempt has by default
)

// impatient makes a call that must succeed, on behalf of a caller who waits 150 ms, and
// returns how long it took. As do does, it waits until lost attempts are counted.
func impatient(t *testing.T, c *client.Client) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), impatience)
	defer cancel()
	start := time.Now()
	var got int
	require.NoError(t, c.Call(ctx, "Work.Do", 7, &got), seeF2)
	require.Equal(t, 7, got)
	took := time.Since(start)
	synctest.Wait()
	return took
}

func TestAHungServerCostsImpatientCallersNothingAndIsEjected(t *testing.T) {
	for name, hang := range map[string]func(*cluster, *host){
		"suspended":          func(c *cluster, h *host) { c.freeze(h.in.Addr) },
		"its methods hang":   func(_ *cluster, h *host) { h.freeze() },
		"half open for once": func(c *cluster, h *host) { c.cut(h.in.Addr) },
	} {
		for _, balancer := range balancer.Names() {
			t.Run(name+"/"+balancer, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					cluster := newCluster(t)
					hosts := cluster.hosts("a:1", "b:1", "c:1")
					c := cluster.client(client.Options{Balancer: named(t, balancer), Key: keys(), Idempotent: idempotent})
					load := func(d time.Duration) (late int) {
						for start := time.Now(); time.Since(start) < d; time.Sleep(5 * time.Millisecond) {
							took := impatient(t, c)
							require.LessOrEqual(t, took, impatience/3)
							if took > 0 {
								late++
							}
						}
						return late
					}
					require.Zero(t, load(2*time.Second))
					hang(cluster, hosts[0])
					require.Positive(t, load(2*time.Second))
					late := load(20 * time.Second)
					require.Less(t, late, 20, "calls that had to be saved later on")
				})
			})
		}
	}
}

func TestAMethodOfTwoThirdsOfTheDeadlineWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		for _, h := range hosts {
			h.delay.Store(int64(100 * time.Millisecond))
		}
		c := cluster.client(client.Options{Idempotent: idempotent})
		for range 120 {
			require.Equal(t, 100*time.Millisecond, impatient(t, c), "the first attempt is not given up")
		}
		require.Empty(t, ejected(c))
		require.LessOrEqual(t, c.Stats().Retries, int64(10+120/5+12*10), "out of the budget")
		require.Positive(t, c.Stats().Retries)
	})
}

func TestARivalThatComesTooLateIsNotBlamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for _, h := range cluster.hosts("a:1", "b:1") {
			h.delay.Store(int64(100 * time.Millisecond))
		}
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		for range 60 {
			impatient(t, c) // on a:1, and each time b:1 is a rival
		}
		require.Empty(t, ejected(c))
		require.Zero(t, failures(c, "a:1")+failures(c, "b:1"))
	})
}

func TestTheFirstAnswerCountsWhoeverGivesIt(t *testing.T) {
	for name, tt := range map[string]struct {
		first, second time.Duration // until they answer
		kill          time.Duration // when the second dies, if it does
		method        string
		addr          string // of who answers
		took          time.Duration
	}{
		"the first":                        {300 * time.Millisecond, time.Hour, 0, "Work.Do", "a:1", 300 * time.Millisecond},
		"the second":                       {400 * time.Millisecond, 50 * time.Millisecond, 0, "Work.Do", "b:1", 250 * time.Millisecond},
		"the second, with an error":        {time.Hour, 50 * time.Millisecond, 0, "Work.Refuse", "b:1", 250 * time.Millisecond},
		"the first, with an error":         {300 * time.Millisecond, time.Hour, 0, "Work.Refuse", "a:1", 300 * time.Millisecond},
		"the first, for the second dies":   {400 * time.Millisecond, time.Hour, 250 * time.Millisecond, "Work.Do", "a:1", 400 * time.Millisecond},
		"the first, later than an attempt": {900 * time.Millisecond, time.Hour, 250 * time.Millisecond, "Work.Do", "a:1", 900 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				hosts[0].delay.Store(int64(tt.first))
				hosts[1].delay.Store(int64(tt.second))
				if tt.kill > 0 {
					time.AfterFunc(tt.kill, hosts[1].kill)
				}
				c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
				start, args, got := time.Now(), 7, 0
				call := <-c.Go(t.Context(), tt.method, &args, &got).Done
				require.Equal(t, tt.took, time.Since(start))
				require.Equal(t, tt.addr, call.Addr)
				require.Equal(t, 1, call.Retries)
				require.EqualValues(t, 1, c.Stats().Retries)
				args++ // which nobody reads any more
				for _, in := range c.Stats().Instances {
					require.Zero(t, in.InFlight, in.ID)
				}
				if tt.method == "Work.Refuse" {
					require.ErrorAs(t, call.Err, new(rpc.ServerError))
					require.ErrorContains(t, call.Err, tt.addr)
					return
				}
				require.NoError(t, call.Err)
				require.Equal(t, 7, got)
			})
		})
	}
}

func TestWhenTheFirstDiesItsRivalAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].freeze()
		hosts[1].delay.Store(int64(400 * time.Millisecond))
		time.AfterFunc(300*time.Millisecond, hosts[0].kill)
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		start := time.Now()
		do(t, c)
		require.Equal(t, 600*time.Millisecond, time.Since(start))
	})
}

func TestWhenTheFirstAndItsRivalDieTheCallerIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for i, h := range cluster.hosts("a:1", "b:1") {
			h.freeze()
			time.AfterFunc(time.Duration(300+200*i)*time.Millisecond, h.kill)
		}
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		start := time.Now()
		err := c.Call(t.Context(), "Work.Do", 7, new(int))
		require.Equal(t, client.Unreachable, client.OutcomeOf(err), "%v", err)
		require.Equal(t, 500*time.Millisecond, time.Since(start))
	})
}

// LateOther is a Work with another reply, after a while.
type LateOther struct{}

func (LateOther) Do(n int, reply *string) error {
	time.Sleep(300 * time.Millisecond)
	*reply = "seven"
	return nil
}

func TestAFirstReplyThatDoesNotFitDoesNotEndTheRace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].kill()
		hosts[0].offer("Work", LateOther{})
		hosts[1].delay.Store(int64(200 * time.Millisecond))
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		start := time.Now()
		do(t, c)
		require.Equal(t, 400*time.Millisecond, time.Since(start))
		require.EqualValues(t, 1, failures(c, "a:1"), "the other has filled the same variable")
	})
}

func TestACallThatIsCancelledEndsItsRivalsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for _, h := range cluster.hosts("a:1", "b:1", "c:1") {
			h.freeze()
		}
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(500*time.Millisecond, cancel)
		start := time.Now()
		call := <-c.Go(ctx, "Work.Do", 7, new(int)).Done
		require.ErrorIs(t, call.Err, context.Canceled)
		require.Equal(t, 500*time.Millisecond, time.Since(start))
		require.Equal(t, 2, call.Retries)
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.InFlight, in.ID)
		}
	})
}

func TestACallThatFindsNoBudgetAsksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		for range hosts {
			do(t, c)
		}
		hosts[0].freeze()
		var calls []*client.Call
		for range 28 { // 14 of which are for a:1, and at once there is a budget for 10 and a fifth of 30
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		hosts[1].delay.Store(int64(time.Millisecond))
		start := time.Now()
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.Less(t, time.Since(start), 500*time.Millisecond)
	})
}

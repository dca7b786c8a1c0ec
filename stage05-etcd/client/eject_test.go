package client_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// ejected returns the ids of the instances that are out.
func ejected(c *client.Client) (ids []string) {
	for _, in := range c.Stats().Instances {
		if in.Ejected {
			ids = append(ids, in.ID)
		}
	}
	return ids
}

// failures returns how many attempts on an instance have failed.
func failures(c *client.Client, id string) int64 {
	for _, in := range c.Stats().Instances {
		if in.ID == id {
			return in.Failed
		}
	}
	return 0
}

func TestFiveFailuresInARowEjectAnInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].freeze()
		for failures(c, "a:1") < 4 {
			do(t, c)
		}
		require.Empty(t, ejected(c))
		for range 3 {
			do(t, c)
		}
		require.Equal(t, []string{"a:1"}, ejected(c))
		time.Sleep(20 * time.Millisecond) // until the view is made anew
		for range 100 {
			do(t, c)
		}
		require.EqualValues(t, 5, failures(c, "a:1"), "an ejected instance gets no calls")
	})
}

func TestASuccessBetweenFailuresBeginsTheCountAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		for range 5 {
			hosts[0].freeze()
			for before := failures(c, "a:1"); failures(c, "a:1") < before+4; {
				do(t, c)
			}
			hosts[0].thaw()
			do(t, c)
			do(t, c)
			require.Empty(t, ejected(c))
		}
	})
}

func TestACallerThatGivesUpForgivesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		hosts[0].freeze()
		for range 4 {
			do(t, c)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.Canceled)
		require.Empty(t, ejected(c))
		do(t, c)
		require.Equal(t, []string{"a:1"}, ejected(c))
	})
}

// banOf returns how long an instance that has just been ejected stays out.
func banOf(t *testing.T, c *client.Client, id string) time.Duration {
	require.Equal(t, []string{id}, ejected(c))
	start := time.Now()
	for len(ejected(c)) > 0 {
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
	}
	return time.Since(start)
}

func TestAnEjectionDoublesUntilTheInstanceAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].freeze()
		failUntilEjected := func() (n int64) {
			before := failures(c, "a:1")
			for len(ejected(c)) == 0 {
				do(t, c)
			}
			return failures(c, "a:1") - before
		}
		require.EqualValues(t, 5, failUntilEjected())
		for _, want := range []time.Duration{500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000} {
			require.Equal(t, want*time.Millisecond, banOf(t, c, "a:1"))
			require.EqualValues(t, 1, failUntilEjected(), "on probation one failure is enough")
		}
		banOf(t, c, "a:1")
		hosts[0].thaw()
		do(t, c)
		do(t, c) // one of them was for it
		hosts[0].freeze()
		require.EqualValues(t, 5, failUntilEjected(), "it has answered")
		require.Equal(t, 500*time.Millisecond, banOf(t, c, "a:1"))
	})
}

func TestNeverMoreThanHalfIsEjectedAndNeverTheOnlyOne(t *testing.T) {
	for n, most := range []int{0, 0, 1, 1, 2, 2, 3} {
		if n == 0 {
			continue
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				for i := range n {
					cluster.start(fmt.Sprintf("h%d:1", i)).freeze()
				}
				draining := cluster.serve("x:1") // which takes no calls, and so is none of those of whom half may be out
				draining.in.Weight = 0
				draining.register()
				c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, Timeout: 300 * time.Millisecond})
				seen := 0
				for range 500 {
					c.Go(t.Context(), "Work.Do", 7, new(int))
					time.Sleep(10 * time.Millisecond)
					seen = max(seen, len(ejected(c)))
				}
				require.Equal(t, most, seen)
				time.Sleep(time.Second)
			})
		})
	}
}

func TestTheDeadCountForNeitherSideOfTheHalfThatMayBeEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1", "d:1", "e:1", "f:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, Timeout: 300 * time.Millisecond})
		for _, h := range hosts[:4] {
			h.kill()
		}
		for range 12 {
			do(t, c)
		}
		hosts[4].freeze()
		hosts[5].freeze()
		for range 200 {
			c.Go(t.Context(), "Work.Do", 7, new(int))
			time.Sleep(10 * time.Millisecond)
			require.LessOrEqual(t, len(ejected(c)), 1, "of the two that take calls")
		}
		time.Sleep(time.Second)
	})
}

func TestWhenTheListShrinksToTheEjectedEverythingIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1", "d:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].freeze()
		hosts[1].freeze()
		for len(ejected(c)) < 2 {
			do(t, c)
		}
		hosts[0].thaw()
		hosts[1].thaw() // both are well, and both still ejected
		before := ran(hosts[:2])
		hosts[2].deregister()
		synctest.Wait()
		for range 10 {
			do(t, c)
		}
		require.Len(t, ejected(c), 2)
		require.Greater(t, ran(hosts[:2]), before+3, "two of three are out, so the fault is elsewhere")
	})
}

func TestAnInstanceThatRegistersAnewIsReadmittedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].freeze()
		for range 4 {
			for len(ejected(c)) == 0 {
				do(t, c)
			}
			banOf(t, c, "a:1")
		}
		do(t, c)
		do(t, c)
		require.Equal(t, []string{"a:1"}, ejected(c), "for 8 s")

		hosts[0].in.Weight = 2
		hosts[0].register()
		synctest.Wait()
		require.Equal(t, []string{"a:1"}, ejected(c), "another weight is no other process")

		hosts[0].kill()
		hosts[0].thaw()
		hosts[0].restart()
		time.Sleep(20 * time.Millisecond) // until all changes are in
		require.Empty(t, ejected(c))
		before := hosts[0].ran.Load()
		start := time.Now()
		do(t, c)
		do(t, c)
		require.Greater(t, hosts[0].ran.Load(), before)
		require.Zero(t, time.Since(start))

		hosts[0].freeze()
		for range 8 {
			do(t, c)
		}
		require.Empty(t, ejected(c), "what it did before counts for nothing")
	})
}

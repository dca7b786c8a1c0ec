package client_test

import (
	"context"
	"fmt"
	"net/rpc"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestARequestThatWasNotSentIsNotCountedAndCostsNoBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		last := cluster.serve("z:1")
		snap := snapshot(last)
		for i := range 50 { // at whose addresses nobody listens: more than sends, and than the budget's reserve
			dead := last.in
			dead.ID, dead.Addr = fmt.Sprintf("d%02d", i), fmt.Sprintf("d%02d:1", i)
			snap.Instances = append(snap.Instances, dead)
		}
		c := cluster.clientOf(script, client.Options{Balancer: new(inOrder)}) // nothing is idempotent
		snap.Instances[0], snap.Instances[50] = snap.Instances[50], snap.Instances[0]
		script.Shows(snap)
		synctest.Wait()
		call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
		require.NoError(t, call.Err, "what was not sent does not count as sent, and costs no budget")
		require.Equal(t, 50, call.Retries)
	})
}

func TestNobodyIsCalledForACallerWhoHasGone(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(c *client.Client, cancel func())
		want error
	}{
		"its context is cancelled": {func(_ *client.Client, cancel func()) { cancel() }, context.Canceled},
		"the client is closed":     {func(c *client.Client, _ func()) { c.Close() }, rpc.ErrShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				for _, h := range hosts {
					h.delay.Store(int64(time.Hour))
				}
				var attempts atomic.Int64
				key := func(context.Context, string, any) string { return fmt.Sprint(attempts.Add(1)) } // which each attempt asks for
				c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, AttemptTimeout: time.Hour, Timeout: time.Hour, Key: key})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				call := c.Go(ctx, "Work.Do", 7, new(int))
				time.Sleep(time.Second / 2)
				tt.end(c, cancel)
				require.ErrorIs(t, (<-call.Done).Err, tt.want)
				synctest.Wait()
				require.EqualValues(t, 1, attempts.Load(), "%s: no other attempt begins", name)
				require.Zero(t, call.Retries)
				require.EqualValues(t, 1, ran(hosts))
			})
		})
	}
}

func TestCallsThatMayNotRunTwiceLeaveTheBudgetToThoseThatMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		do(t, c)
		var calls []*client.Call
		for range 100 { // more than the budget's reserve
			calls = append(calls, c.Go(t.Context(), "Work.Slow", time.Minute, new(time.Duration)))
		}
		time.Sleep(time.Millisecond)
		hosts[0].kill()
		for _, call := range calls {
			require.Error(t, (<-call.Done).Err)
		}
		hosts[0].listen()
		time.Sleep(time.Second / 5) // in which a budget that is spent earns two retries
		hosts[0].delay.Store(int64(time.Minute))
		for range 8 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		time.Sleep(time.Millisecond)
		hosts[0].kill()
		for _, call := range calls[100:] {
			require.NoError(t, (<-call.Done).Err, "there is a budget for its second attempt")
		}
	})
}

func TestAnAttemptThatFailedIsInFlightNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1")
		cluster.blackHole("a:1")
		c := cluster.client(client.Options{Balancer: new(inOrder), AttemptTimeout: 100 * time.Millisecond})
		call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
		require.NoError(t, call.Err)
		require.Equal(t, 1, call.Retries, "an instance that is still connecting when its attempt is over gets no second attempt of this call")
		require.Zero(t, c.Stats().Instances[0].InFlight, "nobody will ever tell this instance that the call has ended")
	})
}

func TestNobodyIsCalledAfterTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").freeze()
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent, Timeout: time.Second, AttemptTimeout: time.Hour})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		time.Sleep(900 * time.Millisecond) // the last third of the call's time has begun
		late := cluster.start("b:1")
		require.ErrorIs(t, (<-call.Done).Err, context.DeadlineExceeded)
		synctest.Wait()
		require.Zero(t, late.ran.Load(), "at the deadline, and after it, no attempt begins")
		require.Zero(t, call.Retries)
	})
}

func TestAnInstanceThatWasAwayAndIsBackMayGetAnotherAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].kill()
		hosts[1].delay.Store(int64(time.Hour))
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent, Timeout: time.Minute, AttemptTimeout: time.Hour})
		call := c.Go(t.Context(), "Work.Do", 7, new(int)) // not sent to a:1, and sent to b:1
		synctest.Wait()
		hosts[0].listen()
		time.Sleep(time.Second) // a:1 is ready
		hosts[1].kill()
		require.NoError(t, (<-call.Done).Err, "nothing was sent to a:1, which was unavailable, so it was not tried")
		require.Equal(t, "a:1", call.Addr)
	})
}

func TestAnInstanceThatWasSentTheRequestGetsNoOtherAttemptThoughItHasMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		old, other, anew := cluster.serve("a:1"), cluster.serve("b:1"), cluster.serve("c:1")
		old.delay.Store(int64(time.Hour))
		c := cluster.clientOf(script, client.Options{Balancer: new(inOrder), Idempotent: idempotent, Timeout: time.Minute, AttemptTimeout: time.Hour})
		script.Shows(snapshot(old, other))
		synctest.Wait()
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		synctest.Wait()
		moved := snapshot(old, other)
		moved.Instances[0].Addr = anew.in.Addr // so that the node of the attempt takes no call any more
		script.Shows(moved)
		synctest.Wait()
		old.kill()
		require.NoError(t, (<-call.Done).Err)
		require.Equal(t, "b:1", call.Addr, "an instance is tried once the request was sent to it, also if it is unavailable by then")
	})
}

func TestACallThatMayNotBeSentAgainLeavesTheBudgetAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1", "d:1", "e:1")
		for _, h := range hosts[:4] {
			h.delay.Store(int64(time.Minute))
		}
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent, Timeout: time.Minute, AttemptTimeout: time.Minute})
		send := func(n int) (calls []*client.Call) {
			for range n {
				calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
			}
			synctest.Wait()
			return calls
		}
		send(3)
		for _, h := range hosts[:3] { // each call is sent to all three, and fails
			h.kill()
			synctest.Wait()
		}
		calls := send(4)
		hosts[3].kill()
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err, "six retries of ten were made, so four are left: a call that was sent maxSent times must not spend another")
		}
	})
}

// stubborn is a balancer that breaks its contract: it picks one id, whatever Skip says. It
// gives up after a thousand picks, so that a call which never stops asking ends.
type stubborn struct {
	id    atomic.Value
	picks atomic.Int64
}

func (b *stubborn) Update([]registry.Instance) {}

func (b *stubborn) Pick(balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	if b.picks.Add(1) > 1000 {
		return registry.Instance{}, nil, balancer.ErrNoInstances
	}
	return registry.Instance{ID: b.id.Load().(string)}, func(balancer.DoneInfo) {}, nil
}

func TestABalancerThatPicksWhomItMustNotKeepsNoCallBeyondItsDeadline(t *testing.T) {
	for name, tt := range map[string]struct {
		id      string
		prepare func(cluster *cluster, c *client.Client, a *host)
		want    time.Duration
	}{
		"nobody": {"z:1", func(*cluster, *client.Client, *host) {}, 100 * time.Millisecond},
		"one that connects, beside one that is connected": {"a:1", func(cluster *cluster, c *client.Client, _ *host) {
			cluster.blackHole("a:1")
			c.Go(context.Background(), "Work.Do", 7, new(int)) // has it dialled
		}, 100 * time.Millisecond},
		"one that is known to be dead": {"a:1", func(_ *cluster, c *client.Client, a *host) {
			a.kill()
			c.Go(context.Background(), "Work.Do", 7, new(int))
		}, 100 * time.Millisecond},
		"one that this call has tried":     {"a:1", func(_ *cluster, _ *client.Client, a *host) { a.kill() }, 0},
		"one that has broken off its call": {"a:1", func(_ *cluster, _ *client.Client, a *host) { cutDuring(a, 50*time.Millisecond) }, 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster, b := newCluster(t), new(stubborn)
				hosts := cluster.hosts("a:1", "b:1")
				c := cluster.client(client.Options{Balancer: b, Idempotent: idempotent})
				b.id.Store("b:1")
				synctest.Wait() // until the list is there
				do(t, c)
				b.id.Store(tt.id)
				tt.prepare(cluster, c, hosts[0])
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				start := time.Now()
				require.Error(t, c.Call(ctx, "Work.Do", 7, new(int)))
				require.Equal(t, tt.want, time.Since(start))
				require.LessOrEqual(t, b.picks.Load(), int64(100))
			})
		})
	}
}

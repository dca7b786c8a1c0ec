package client_test

import (
	"context"
	"io"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/codec"
)

// roundRobin makes the order of the instances known: by id.
func roundRobin() balancer.Balancer { return new(balancer.RoundRobin) }

func TestARequestThatWasNotSentGoesElsewhereWhateverTheMethod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin()}) // nothing is idempotent
		hosts[0].kill()
		hosts[1].kill()
		for range 300 { // more than any budget
			do(t, c)
		}
		require.EqualValues(t, 300, ran(hosts))
	})
}

func TestWhenNobodyCanBeReachedTheLastErrorComesBackAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for _, h := range cluster.hosts("a:1", "b:1") {
			h.kill()
		}
		c := cluster.client(client.Options{Balancer: roundRobin()})
		start := time.Now()
		call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
		require.Zero(t, time.Since(start))
		var failed *client.CallError
		require.ErrorAs(t, call.Err, &failed)
		require.False(t, failed.Sent)
		require.Equal(t, 1, call.Retries)
		require.Equal(t, client.Unreachable, client.OutcomeOf(call.Err))
		for _, addr := range []string{"a:1", "b:1"} {
			dials, _ := cluster.counts(addr)
			require.Equal(t, 1, dials, addr)
		}
	})
}

// cutDuring breaks the connections of h while it works on calls.
func cutDuring(h *host, d time.Duration) {
	h.delay.Store(int64(time.Minute))
	time.AfterFunc(d, h.kill)
}

func TestAnIdempotentCallIsSentAgainWhenItsConnectionBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		cutDuring(hosts[0], 50*time.Millisecond)
		start := time.Now()
		call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
		require.NoError(t, call.Err)
		require.Equal(t, 50*time.Millisecond, time.Since(start))
		require.Equal(t, "b:1", call.Addr)
		require.Equal(t, 1, call.Retries)
		require.EqualValues(t, 1, c.Stats().Retries)
	})
}

func TestACallThatMayNotRunTwiceIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		time.AfterFunc(50*time.Millisecond, hosts[0].kill)
		err := c.Call(t.Context(), "Work.Slow", time.Second, new(time.Duration))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		var failed *client.CallError
		require.ErrorAs(t, err, &failed)
		require.True(t, failed.Sent)
		require.Equal(t, "a:1", failed.Addr)
		require.EqualValues(t, 1, ran(hosts))

		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		require.ErrorIs(t, c.Call(ctx, "Work.Slow", time.Minute, new(time.Duration)), context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(start), "it waits on where it is")
		require.EqualValues(t, 2, ran(hosts))
	})
}

func TestALateInstanceIsLeftForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].delay.Store(int64(time.Minute))
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, AttemptTimeout: 70 * time.Millisecond})
		start := time.Now()
		do(t, c)
		require.Equal(t, 70*time.Millisecond, time.Since(start))
		require.EqualValues(t, 2, ran(hosts))
	})
}

func TestWithoutAnotherInstanceALateAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		only := cluster.start("a:1")
		draining := cluster.serve("b:1")
		draining.in.Weight = 0
		draining.register()
		only.delay.Store(int64(3 * time.Second))
		c := cluster.client(client.Options{Idempotent: idempotent})
		start := time.Now()
		do(t, c)
		require.Equal(t, 3*time.Second, time.Since(start))
		require.EqualValues(t, 1, only.ran.Load())
		require.Zero(t, draining.ran.Load())
	})
}

func TestAServiceSlowerThanTheAttemptTimeoutLosesNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		for _, h := range hosts {
			h.delay.Store(int64(time.Second))
		}
		c := cluster.client(client.Options{Idempotent: idempotent})
		var calls []*client.Call
		for range 200 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
			time.Sleep(10 * time.Millisecond)
		}
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.Less(t, ran(hosts), int64(200+40+10+10*4), "the budget bounds what is sent twice")
	})
}

func TestACallIsSentThreeTimesAtMostEachTimeToAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1", "d:1", "e:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		for _, h := range hosts {
			cutDuring(h, time.Second)
			h.delay.Store(int64(time.Minute))
		}
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		require.Error(t, (<-call.Done).Err)
		require.Equal(t, 2, call.Retries)
		require.EqualValues(t, 3, ran(hosts))
		for _, h := range hosts {
			require.LessOrEqual(t, h.ran.Load(), int64(1), h.in.ID)
		}
	})
}

func TestAllAttemptsShareOneDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		for _, h := range cluster.hosts("a:1", "b:1", "c:1", "d:1") {
			h.delay.Store(int64(time.Minute))
		}
		for _, timeout := range []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, 350 * time.Millisecond, time.Second} {
			c := cluster.client(client.Options{Idempotent: idempotent, Timeout: timeout})
			start := time.Now()
			err := c.Call(t.Context(), "Work.Do", 7, new(int))
			require.Equal(t, client.TimedOut, client.OutcomeOf(err), "%v", err)
			require.Equal(t, timeout, time.Since(start))
		}
	})
}

func TestAnAnswerOrTheCallersOwnFaultIsNeitherRetriedNorBlamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Idempotent: append(idempotent, "Work.Nothing")})
		for name, tt := range map[string]struct {
			method      string
			args, reply any
			want        any // the type of error
			text        string
			runs        int64
		}{
			"a ServerError":        {"Work.Refuse", 7, new(int), new(rpc.ServerError), "refused", 1},
			"no such method":       {"Work.Nothing", 7, new(int), new(rpc.ServerError), "can't find method", 0},
			"args without gob":     {"Work.Do", func() {}, new(int), new(*codec.TypeError), "cannot send a func()", 0},
			"a reply that misfits": {"Work.Do", 7, new([]string), nil, "unexpected reply: gob:", 1},
			"a reply that is nil":  {"Work.Do", 7, nil, nil, "the reply must be a non-nil pointer, not <nil>", 0},
			"a reply by value":     {"Work.Do", 7, 7, nil, "the reply must be a non-nil pointer, not int", 0},
		} {
			for range 20 {
				before := ran(hosts)
				call := <-c.Go(t.Context(), tt.method, tt.args, tt.reply).Done
				require.ErrorContains(t, call.Err, tt.text, name)
				if tt.want != nil {
					require.ErrorAs(t, call.Err, tt.want, name)
				}
				require.Zero(t, call.Retries, name)
				require.Equal(t, tt.runs, ran(hosts)-before, "%s: runs of the method", name)
				do(t, c)
			}
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.Failed, in.ID)
			require.False(t, in.Ejected, in.ID)
			dials, _ := cluster.counts(in.Addr)
			require.Equal(t, 1, dials, in.ID)
		}
	})
}

func TestACallerThatGivesUpBlamesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		for _, h := range hosts {
			h.delay.Store(int64(time.Second))
		}
		c := cluster.client(client.Options{Idempotent: idempotent})
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Millisecond, cancel)
			require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.Canceled)
			ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
			require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.DeadlineExceeded)
			cancel()
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.Failed, in.ID)
			require.False(t, in.Ejected, in.ID)
		}
		require.Zero(t, c.Stats().Retries)
	})
}

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
		require.LessOrEqual(t, ran(hosts), most, "trap B5: see stage 04, step \"A retry budget\"")
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

func TestAReplyThatBreaksOffIsAnotherInstancesCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		l, err := cluster.net.Listen("a:1")
		require.NoError(t, err)
		defer l.Close()
		go func() {
			conn, err := l.Accept()
			if err == nil {
				readRequest(conn)
				conn.Write(answer()[:len(answer())-1])
				conn.Close()
			}
		}()
		good := cluster.serve("b:1")
		bad := &host{in: good.in}
		bad.in.ID, bad.in.Addr = "a:1", "a:1"
		feed := newFeed()
		c := cluster.clientOf(feed, client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		feed.send(snapshot(bad, good))
		do(t, c)
		require.EqualValues(t, 1, failures(c, "a:1"))
	})
}

func TestATimerSetForALongWaitDoesNotDelayAShortOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		slow := cluster.start("a:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		do(t, c) // alone, it may take 5 s
		cluster.start("b:1")
		slow.delay.Store(int64(time.Minute))
		synctest.Wait()
		start := time.Now()
		do(t, c)
		do(t, c) // one of them began on a:1
		require.Equal(t, 200*time.Millisecond, time.Since(start))
	})
}

func TestALateInstanceIsLeftAlsoWhenOthersHaveJustBeenEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		hosts[0].kill()
		for range 4 {
			do(t, c) // fails on a:1, and is saved by b:1
		}
		require.Empty(t, ejected(c))
		hosts[1].delay.Store(int64(time.Hour))
		start := time.Now()
		do(t, c)
		require.Equal(t, 200*time.Millisecond, time.Since(start), "b:1 was left for c:1")
		require.Equal(t, []string{"a:1"}, ejected(c))
		require.EqualValues(t, 1, hosts[2].ran.Load())
	})
}

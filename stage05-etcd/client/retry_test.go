package client_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

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
		require.Zero(t, time.Since(start), "when all were tried, nobody is waited for")
		var failed *client.CallError
		require.ErrorAs(t, call.Err, &failed)
		require.False(t, failed.Sent)
		require.Equal(t, 1, call.Retries, "what was not sent may go to the other one, and to none twice")
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
		require.NoError(t, call.Err, "it may have run, and may run twice")
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
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "it may have run, and may not run twice")
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
		require.Equal(t, 2, call.Retries, "it is sent maxSent times at most")
		require.EqualValues(t, 3, ran(hosts))
		for _, h := range hosts {
			require.LessOrEqual(t, h.ran.Load(), int64(1), "%s: a retry goes to another one (tried)", h.in.ID)
		}
	})
}

func TestACallIsNotSentTwiceToAnInstanceThatIsConnectedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent, AttemptTimeout: time.Minute, Timeout: time.Hour})
		for _, h := range hosts {
			h.freeze()
		}
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		for _, h := range hosts {
			time.Sleep(10 * time.Second)
			h.kill()
			h.listen()
		}
		require.Error(t, (<-call.Done).Err)
		require.Equal(t, 1, call.Retries)
		require.Equal(t, client.Ready, states(c)["a:1"])
		require.EqualValues(t, 2, ran(hosts))
	})
}

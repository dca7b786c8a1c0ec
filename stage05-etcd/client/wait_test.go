package client_test

import (
	"context"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestTheFirstListIsWaitedForNoLongerThanTheCallMayTake(t *testing.T) {
	for name, tt := range map[string]struct {
		ctx  time.Duration // 0 for none
		opts client.Options
		want time.Duration
	}{
		"the caller's deadline":          {ctx: 300 * time.Millisecond, want: 300 * time.Millisecond},
		"the default timeout":            {want: 5 * time.Second},
		"a timeout of its own":           {opts: client.Options{Timeout: time.Second}, want: time.Second},
		"a deadline beats Options, long": {ctx: time.Minute, opts: client.Options{Timeout: time.Second}, want: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t).clientOf(registrytest.NewScript(), tt.opts)
				ctx := t.Context()
				if tt.ctx > 0 {
					var cancel func()
					ctx, cancel = context.WithTimeout(ctx, tt.ctx)
					defer cancel()
				}
				start := time.Now()
				err := c.Call(ctx, "Work.Do", 7, new(int))
				require.Equal(t, tt.want, time.Since(start))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.EqualError(t, err, "finding Work: context deadline exceeded")
			})
		})
	}
}

func TestACallThatIsCancelledStopsWaitingForTheFirstList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t).clientOf(registrytest.NewScript(), client.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.Canceled)
		require.Equal(t, time.Second, time.Since(start))
	})
}

func TestAListThatComesLaterUnblocksTheCallsThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		h := cluster.serve("a:1")
		c := cluster.clientOf(script, client.Options{})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		time.Sleep(time.Second)
		script.Shows(snapshot(h))
		start := time.Now()
		require.NoError(t, (<-call.Done).Err)
		require.Zero(t, time.Since(start))
	})
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

func TestTheOnlyInstanceIsWaitedForWhileItConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		fill := cluster.blackHole("a:1")
		c := cluster.client(client.Options{})
		time.AfterFunc(700*time.Millisecond, fill)
		start := time.Now()
		do(t, c)
		require.Equal(t, 700*time.Millisecond, time.Since(start))
	})
}

func TestACallWaitsUntilADeadConnectionIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		h.kill()
		h.listen()
		synctest.Wait()
		do(t, c)
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 2, dials)
		require.Equal(t, 1, closes)
	})
}

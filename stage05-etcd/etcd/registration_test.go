package etcd_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/proxytest"
)

// E1: a lease that is lost is no end. Nor is a watch that hears nothing.
func TestServerCutOffForThreeTTLsIsListedAgainWithinOneTTL(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	path := proxytest.Start(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	r := dial(t, path.Addr(), opts)
	_, err := r.Register(t.Context(), a)
	require.NoError(t, err)
	cutOff := watch(t, r)
	shows(t, cutOff, a)
	path.Swallow(true)
	black := time.Now()
	snap, ok := within(t, cutOff, longest)
	require.True(t, ok && snap.Stale, "%+v", snap)
	w := watch(t, dial(t, n.Addr(), opts))
	settles(t, w)
	quiet(t, w, 3*ttl-time.Since(black))
	b := server("b", "10.0.0.2:1")
	store(t, raw(t, n.Addr()), opts, b)
	shows(t, w, b)
	path.Swallow(false)
	healed := time.Now()
	shows(t, w, a, b)
	require.LessOrEqual(t, time.Since(healed), ttl+soon)
	settles(t, cutOff, a, b)
	require.Less(t, time.Since(healed), ttl+2*soon)
}

// E8: everything ends with its context. The test counts goroutines, and so is
// not parallel.
func TestThousandWatchesAndRegistrationsLeaveNothing(t *testing.T) {
	n, opts := sharedNode(t), options()
	func() { // so that all is running that stays
		r, err := etcd.Dial(etcd.Scheme+n.Addr(), opts)
		require.NoError(t, err)
		defer r.Close()
		shows(t, watch(t, r))
	}()
	before := goleak.IgnoreCurrent()
	func() {
		r, err := etcd.Dial(etcd.Scheme+n.Addr(), opts)
		require.NoError(t, err)
		defer r.Close()
		for i := range 1000 {
			ctx, cancel := context.WithCancel(t.Context())
			w, err := r.Watch(ctx, "Arith")
			require.NoError(t, err)
			if i%2 == 0 {
				_, err = w.Next(ctx)
				require.NoError(t, err)
			}
			if i%10 == 0 {
				_, err = r.Register(ctx, server(fmt.Sprint(i), "10.0.0.1:1"))
				require.NoError(t, err)
			}
			cancel()
		}
	}()
	require.NoError(t, goleak.Find(before))
}

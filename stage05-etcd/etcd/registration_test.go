package etcd_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

func TestADeregistrationThatIsGivenUpFollowsTheWriteItWaitedFor(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	opts.TTL = time.Hour // no lease runs out meanwhile
	var writes atomic.Int64
	waits, goOn := make(chan struct{}), make(chan struct{})
	r := etcd.New(intercepted(t, n.Addr(), func(method string, request func() error) error {
		if method == "Txn" && writes.Add(1) == 2 {
			close(waits)
			<-goOn
		}
		return request()
	}), opts)
	w := watch(t, dial(t, n.Addr(), opts))
	reg, err := r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	settles(t, w, server("a", "10.0.0.1:1"))

	updated := make(chan error, 1)
	go func() { updated <- reg.Update(t.Context(), server("a", "10.0.0.2:2")) }()
	<-waits
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, reg.Deregister(ctx), context.Canceled)
	close(goOn)
	require.NoError(t, <-updated)
	settles(t, w)
}

package etcd_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
)

// E2: an entry without a lease would stay for ever, so none is put when etcd
// has not granted one.
func TestNothingIsPutWhenNoLeaseIsGranted(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	var refusals atomic.Int64
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{n.Addr()}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
				if strings.HasSuffix(method, "/LeaseGrant") && refusals.Add(1) <= 3 {
					return errors.New("no lease")
				}
				return invoke(ctx, method, req, reply, conn, opts...)
			},
		)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	_, err = etcd.New(client, opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	require.Greater(t, refusals.Load(), int64(3))
	for _, event := range (<-changes).Events {
		require.NotZero(t, event.Kv.Lease, "%s", event.Kv.Key)
	}
}

// E2: what somebody else writes in an entry's place would stay for ever.
func TestEntryOverwrittenByHandIsUnderTheLeaseAgain(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, key := raw(t, n.Addr()), opts.Prefix+"Arith/1.2.3/a"
	_, err := dial(t, n.Addr(), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	was := lease(t, client, key)
	require.NotZero(t, was)
	revision := store(t, client, opts, server("a", "10.0.0.1:1"))
	changes := client.Watch(t.Context(), key, clientv3.WithRev(revision+1))
	select {
	case resp := <-changes:
		require.Equal(t, was, resp.Events[0].Kv.Lease)
	case <-time.After(patience):
		require.Fail(t, "it is not")
	}
}

// A registration in whose place another was started does not fight it.
func TestRegistrationWhoseIDWasTakenOverLeavesItAlone(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, r := raw(t, n.Addr()), dial(t, n.Addr(), opts)
	old := server("a", "10.0.0.1:1")
	first, err := r.Register(t.Context(), old)
	require.NoError(t, err)
	replacement := old
	replacement.Version = "2.0.0" // and so another key
	_, err = r.Register(t.Context(), replacement)
	require.NoError(t, err)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, replacement)
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	quiet(t, w, 3*check)
	require.NoError(t, first.Deregister(t.Context()))
	quiet(t, w, 3*check)
	require.Empty(t, changes)
}

// Why an entry cannot be put back is worth a warning.
func TestEntryThatCannotBeKeptIsLogged(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(safeBuffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	client, key, claim := raw(t, n.Addr()), opts.Prefix+"Arith/1.2.3/a", opts.Prefix+"=id/Arith/a"
	_, err := dial(t, n.Addr(), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	_, err = client.Txn(t.Context()).Then(
		clientv3.OpPut(claim, "{", clientv3.WithLease(clientv3.LeaseID(lease(t, client, key)))), clientv3.OpDelete(key),
	).Commit()
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return strings.Contains(log.String(), `msg="cannot keep the entry"`)
	}, patience, 10*time.Millisecond)
	require.Contains(t, log.String(), claim+" holds")
}

// etcd may grant longer than was asked for, and then it is asked less often.
// That makes no connection a dead one.
func TestBeatsOfALongerLeaseCostNoConnection(t *testing.T) {
	t.Parallel()
	node := embedded.Quick()
	node.Election = 2 * ttl // of which a lease has at least one and a half
	n, err := embedded.Start(t.Context(), node)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	opts := options()
	opts.Check = ttl / 3 // rarely, for a look makes a connection live too
	a, paths := server("a", "10.0.0.1:1"), []*proxy{startProxy(t, n.Addr()), startProxy(t, n.Addr())}
	_, err = dial(t, paths[0].addr()+","+paths[1].addr(), opts).Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, a)
	quiet(t, w, 2*ttl+time.Second) // two beats
	for _, path := range paths {
		require.EqualValues(t, 1, path.accepted.Load())
	}
}

package etcd_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

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
	case <-time.After(longest):
		require.Fail(t, "it is not")
	}
}

// An etcd that is restored from a backup lists a server as it was at that time, under the
// lease of the registration that lives on: at an old address, or though it has asked for
// no more calls.
func TestEntryOfABackupUnderTheLivingLeaseIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, key := raw(t, n.Addr()), opts.Prefix+"Arith/1.2.3/a"
	a := server("a", "10.0.0.1:1")
	reg, err := dial(t, n.Addr(), opts).Register(t.Context(), a)
	require.NoError(t, err)
	backup, err := client.Get(t.Context(), opts.Prefix, clientv3.WithPrefix()) // the entry and the claim
	require.NoError(t, err)
	a.Addr, a.Weight = "10.0.0.1:2", 0
	require.NoError(t, reg.Update(t.Context(), a))
	updated, err := client.Get(t.Context(), key)
	require.NoError(t, err)
	var restore []clientv3.Op
	for _, kv := range backup.Kvs {
		restore = append(restore, clientv3.OpPut(string(kv.Key), string(kv.Value), clientv3.WithLease(clientv3.LeaseID(kv.Lease))))
	}
	restored, err := client.Txn(t.Context()).Then(restore...).Commit()
	require.NoError(t, err)
	next := events(t, client.Watch(t.Context(), key, clientv3.WithRev(restored.Header.Revision+1)))
	require.Equal(t, string(updated.Kvs[0].Value), string(next().Kv.Value))
}

// takeAway makes the claim to a of Arith another's, with its lease, and puts that
// one's entry in place of the registration's.
func takeAway(t *testing.T, client *clientv3.Client, opts etcd.Options, to registry.Instance) {
	t.Helper()
	value, err := json.Marshal(to)
	require.NoError(t, err)
	granted, err := client.Grant(t.Context(), 60)
	require.NoError(t, err)
	_, err = client.Txn(t.Context()).Then(
		clientv3.OpPut(opts.Prefix+"=id/Arith/a", string(value), clientv3.WithLease(granted.ID)),
		clientv3.OpPut(opts.Prefix+"Arith/"+to.Version+"/a", string(value), clientv3.WithLease(granted.ID)),
		clientv3.OpDelete(opts.Prefix+"Arith/1.2.3/a"),
	).Commit()
	require.NoError(t, err)
}

// A registration whose id was given to another does not fight it, but says so.
func TestRegistrationWhoseIDWasTakenAwayLeavesItAlone(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Verify, opts.Logger = verify, log.Logger()
	client := raw(t, n.Addr())
	first, err := dial(t, n.Addr(), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	other := server("a", "10.0.0.2:2")
	other.Version = "2.0.0" // and so another key
	takeAway(t, client, opts, other)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, other)
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	quiet(t, w, 3*verify)
	require.ErrorIs(t, first.Update(t.Context(), server("a", "10.0.0.1:1")), registry.ErrTaken)
	require.NoError(t, first.Deregister(t.Context()))
	quiet(t, w, 3*verify)
	require.Empty(t, changes)
	require.Regexp(t, `level=WARN msg="cannot verify the entry" .*id is taken: a of Arith is 10.0.0.2:2`, log.String())
}

// What a human left in place of the claim, under the registration's own lease,
// is no reason to give up.
func TestMalformedClaimIsWrittenAnew(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	client, key, claim := raw(t, n.Addr()), opts.Prefix+"Arith/1.2.3/a", opts.Prefix+"=id/Arith/a"
	reg, err := dial(t, n.Addr(), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	_, err = client.Txn(t.Context()).Then(
		clientv3.OpPut(claim, "{", clientv3.WithLease(clientv3.LeaseID(lease(t, client, key)))), clientv3.OpDelete(key),
	).Commit()
	require.NoError(t, err)
	require.NoError(t, reg.Update(t.Context(), server("a", "10.0.0.1:1")))
	require.Equal(t, lease(t, client, claim), lease(t, client, key))
}

// E5: a path that swallows everything makes no error, and yet is noticed.
func TestAgeOfTheListIsSeenOverADeadPath(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, path := raw(t, n.Addr()), proxytest.Start(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	w := watch(t, dial(t, path.Addr(), opts))
	first := shows(t, w, a)
	quiet(t, w, ttl) // in which nothing changes, and etcd says so
	path.Swallow(true)
	black := time.Now()
	snap, ok := within(t, w, longest)
	require.True(t, ok && snap.Stale, "%+v", snap)
	require.Equal(t, []registry.Instance{a}, snap.Instances)
	require.Greater(t, snap.Synced, first.Synced.Add(verify))
	require.Less(t, time.Since(black), verify*11/10+2*timeout+soon)
	require.Less(t, snap.Synced, black.Add(timeout), "the time of an answer, and not of the lack of one")
	quiet(t, w, ttl)
	require.Greater(t, time.Since(snap.Synced), ttl)
}

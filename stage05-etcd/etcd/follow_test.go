package etcd_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/proxytest"
)

// E3: a watch that finds its revision compacted reads the list again. The node
// is the test's own, since compaction is for all keys.
func TestChangesDuringAnOutageAreSeenThoughEtcdHasCompactedThem(t *testing.T) {
	t.Parallel()
	n := ownNode(t, embedded.Quick())
	for name, fault := range map[string]func(p *proxytest.Proxy, on bool){
		"the path swallows": func(p *proxytest.Proxy, on bool) { p.Swallow(on) },
		"the path is cut":   func(p *proxytest.Proxy, on bool) { p.Refuse(on) },
	} {
		t.Run(name, func(t *testing.T) {
			client, path, opts := raw(t, n.Addr()), proxytest.Start(t, n.Addr()), options()
			a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
			store(t, client, opts, a)
			w := watch(t, dial(t, path.Addr(), opts))
			shows(t, w, a)
			fault(path, true)
			snap, ok := within(t, w, longest)
			require.True(t, ok && snap.Stale, "%+v", snap)
			_, err := client.Delete(t.Context(), opts.Prefix, clientv3.WithPrefix())
			require.NoError(t, err)
			revision := store(t, client, opts, b)
			_, err = client.Compact(t.Context(), revision)
			require.NoError(t, err)
			fault(path, false)
			healed := time.Now()
			shows(t, w, b)
			require.Less(t, time.Since(healed), soon, "a watch whose revision was compacted reads the list again")
			a.Weight = 7
			store(t, client, opts, a)
			shows(t, w, a, b)
		})
	}
}

// E7: without a quorum nothing can be read, written, or run out. The last list
// stands, and is marked; with the quorum everything goes on.
func TestNothingIsLostWhileTwoNodesOfThreeAreGone(t *testing.T) {
	t.Parallel()
	quick, opts := embedded.Quick(), options()
	quick.Dir = t.TempDir()
	nodes, err := embedded.StartCluster(t.Context(), 3, quick)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	endpoints := embedded.Addrs(nodes)
	r, a, b := dial(t, strings.Join(endpoints, ","), opts), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	_, err = r.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a)
	unverified := unhurried()
	unverified.TTL, unverified.Verify, unverified.Timeout = time.Hour, time.Hour, timeout
	onSurvivor := watch(t, dial(t, endpoints[2], unverified)) // of a prefix with nobody
	shows(t, onSurvivor)

	gone := time.Now()
	embedded.CloseAll(nodes[:2])
	snap, ok := within(t, w, longest)
	require.True(t, ok && snap.Stale, "%+v", snap)
	require.Len(t, snap.Instances, 1)
	snap, ok = within(t, onSurvivor, longest)
	require.True(t, ok && snap.Stale, "a watch that does not require a leader is not told that there is none")
	late := make(chan error, 1)
	go func() {
		_, err := r.Register(t.Context(), b)
		late <- err
	}()
	quiet(t, w, ttl+time.Second-time.Since(gone)) // in which the lease runs out where there is a leader

	again, err := embedded.Restart(t.Context(), nodes[:2]...)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(again) })
	back := time.Now()
	require.NoError(t, <-late)
	settles(t, w, a, b)
	require.Less(t, time.Since(back), ttl+soon)
	c, changed := server("c", "10.0.0.3:1"), time.Now()
	store(t, raw(t, endpoints...), opts, c) // whom nobody else writes
	settles(t, w, a, b, c)
	require.Less(t, time.Since(changed), soon)
}

// W1: what is written between the list and the watch is not lost.
func TestChangeBetweenListAndWatchIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	client, a, b := raw(t, n.Addr()), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	store(t, client, opts, a)
	var once sync.Once
	ta := &tap{listed: func() { once.Do(func() { store(t, client, opts, b) }) }}
	w := watch(t, etcd.New(ta.client(t, n.Addr()), opts))
	settles(t, w, a, b)
	deleted := time.Now()
	_, err := client.Delete(t.Context(), opts.Prefix+"Arith/1.2.3/b")
	require.NoError(t, err)
	settles(t, w, a)
	require.Less(t, time.Since(deleted), slow*5*time.Second)
	ta.mu.Lock()
	defer ta.mu.Unlock()
	require.Equal(t, 2, ta.changes, "a watch from the list's revision plus one is told what came in between, and nothing that is on the list")
}

func TestAListThatCannotBeReadIsNotAskedForWithoutAPause(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	var attempts atomic.Int64
	client := intercepted(t, n.Addr(), func(method string, request func() error) error {
		if method == "Range" {
			attempts.Add(1)
			return errors.New("no list")
		}
		return request()
	})
	quiet(t, watch(t, etcd.New(client, opts)), 3*time.Second) // in which the pauses allow some 15 attempts
	require.Greater(t, attempts.Load(), int64(1), "who cannot read the list tries again")
	require.Less(t, attempts.Load(), int64(60), "after a list that cannot be read, follow waits for the next pause of its backoff")
}

func TestAWatchThatEndsAtOnceIsNotBegunAgainWithoutAPause(t *testing.T) {
	t.Parallel()
	n := sharedNode(t)
	var lists atomic.Int64
	ta := &tap{ends: true, listed: func() { lists.Add(1) }}
	w := watch(t, etcd.New(ta.client(t, n.Addr()), unhurried()))
	shows(t, w)
	quiet(t, w, 3*time.Second) // in which the pauses allow some 15 rounds
	require.Greater(t, lists.Load(), int64(1), "after a watch the list is read again")
	require.Less(t, lists.Load(), int64(60), "after a watch, follow waits for the next pause of its backoff")
}

package etcd_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

// E7: without a quorum nothing can be read, written, or run out. The last list
// stands, and is marked; with the quorum everything goes on.
func TestNothingIsLostWhileTwoNodesOfThreeAreGone(t *testing.T) {
	t.Parallel()
	quick, opts := embedded.Quick(), options()
	quick.Dir = t.TempDir()
	nodes, err := embedded.StartCluster(t.Context(), 3, quick)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	var endpoints []string
	for _, n := range nodes {
		endpoints = append(endpoints, n.Addr())
	}
	r, a, b := dial(t, strings.Join(endpoints, ","), opts), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	_, err = r.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a)
	onSurvivor := watch(t, dial(t, endpoints[2], patient())) // of a prefix with nobody
	shows(t, onSurvivor)

	gone := time.Now()
	embedded.CloseAll(nodes[:2])
	snap, ok := within(t, w, patience)
	require.True(t, ok && snap.Stale, "%+v", snap)
	require.Len(t, snap.Instances, 1)
	snap, ok = within(t, onSurvivor, slow*10*time.Second)
	require.True(t, ok && snap.Stale, "a watch is not told that there is no leader")
	late := make(chan error, 1)
	go func() {
		_, err := r.Register(t.Context(), b)
		late <- err
	}()
	quiet(t, w, 3*ttl-time.Since(gone))

	errs := make([]error, 2)
	var starting sync.WaitGroup
	for i, n := range nodes[:2] {
		config := n.Config()
		quick.Name, quick.Dir, quick.Cluster = config.Name, config.Dir, config.InitialCluster
		quick.Listen, quick.ListenPeer = config.ListenClientUrls[0].Host, config.ListenPeerUrls[0].Host
		opts := quick
		starting.Go(func() {
			n, err := embedded.Start(t.Context(), opts)
			if errs[i] = err; err == nil {
				nodes[i] = n
			}
		})
	}
	starting.Wait()
	require.NoError(t, errors.Join(errs...))
	back := time.Now()
	require.NoError(t, <-late)
	settles(t, w, a, b)
	require.Less(t, time.Since(back), ttl)
	a.Weight = 7
	changed := time.Now()
	store(t, raw(t, endpoints...), opts, a)
	settles(t, w, a, b)
	require.Less(t, time.Since(changed), 2*time.Second)
}

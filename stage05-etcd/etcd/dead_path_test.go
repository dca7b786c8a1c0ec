package etcd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

// E5: one of three paths is dead, whichever it is that the beats and the watch
// go over. gRPC alone takes ten seconds to see that, in which the lease would
// run out.
func TestOneDeadPathOfThreeCostsNeitherListNorLease(t *testing.T) {
	t.Parallel()
	n := sharedNode(t)
	client := raw(t, n.Addr())
	a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:2")
	leases := make(map[string]int64) // by key
	var watchers []registry.Watcher
	for i := range 3 {
		opts, paths := options(), []*proxy{startProxy(t, n.Addr()), startProxy(t, n.Addr()), startProxy(t, n.Addr())}
		opts.TTL = 2 * ttl
		r := dial(t, paths[0].addr()+","+paths[1].addr()+","+paths[2].addr(), opts)
		_, err := r.Register(t.Context(), a)
		require.NoError(t, err)
		w := watch(t, r)
		shows(t, w, a)
		key := opts.Prefix + "Arith/1.2.3/a"
		leases[key] = lease(t, client, key)
		paths[i].swallow(true)
		store(t, client, opts, b)
		settles(t, w, a, b)
		watchers = append(watchers, w)
	}
	out := time.Now().Add(2*ttl + time.Second) // the leases, if nobody beats
	for _, w := range watchers {
		quiet(t, w, time.Until(out))
	}
	for key, was := range leases {
		require.Equal(t, was, lease(t, client, key), "%s hangs on another lease", key)
	}
}

// E5 again: the beats notice for themselves, when nothing else asks often enough.
func TestBeatsLeaveADeadPath(t *testing.T) {
	t.Parallel()
	n := sharedNode(t)
	client, a := raw(t, n.Addr()), server("a", "10.0.0.1:1")
	leases := make(map[string]int64) // by key
	var dead []*proxy
	var w registry.Watcher
	for i := range 9 { // for a look at the entry, which may take the dead path too, saves some
		opts, paths := options(), []*proxy{startProxy(t, n.Addr()), startProxy(t, n.Addr()), startProxy(t, n.Addr())}
		opts.TTL, opts.Check = 2*ttl, 2*ttl
		_, err := dial(t, paths[0].addr()+","+paths[1].addr()+","+paths[2].addr(), opts).Register(t.Context(), a)
		require.NoError(t, err)
		key := opts.Prefix + "Arith/1.2.3/a"
		leases[key] = lease(t, client, key)
		w = watch(t, dial(t, n.Addr(), opts))
		shows(t, w, a)
		dead = append(dead, paths[i%3])
	}
	for _, path := range dead { // by now the first beats are answered, for which the client waits less long than for others
		path.swallow(true)
	}
	quiet(t, w, 2*ttl+time.Second) // in which the leases would run out, if nobody beats
	for key, was := range leases {
		require.Equal(t, was, lease(t, client, key), "%s hangs on another lease", key)
	}
}

// lease returns the lease of a key.
func lease(t testing.TB, client *clientv3.Client, key string) int64 {
	t.Helper()
	resp, err := client.Get(t.Context(), key)
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1, key)
	return resp.Kvs[0].Lease
}

package etcd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

// E5 again: a keep-alive without an answer is enough, when nothing else asks
// often enough.
func TestKeepAlivesLeaveADeadPath(t *testing.T) {
	t.Parallel()
	n := sharedNode(t)
	client, a := raw(t, n.Addr()), server("a", "10.0.0.1:1")
	leases := make(map[string]int64) // by key
	var dead []*proxytest.Proxy
	var w registry.Watcher
	for i := range 9 { // for a verification, which may take the dead path too, saves some
		opts, paths := options(), []*proxytest.Proxy{proxytest.Start(t, n.Addr()), proxytest.Start(t, n.Addr()), proxytest.Start(t, n.Addr())}
		opts.TTL, opts.Verify = 2*ttl, 2*ttl
		_, err := dial(t, paths[0].Addr()+","+paths[1].Addr()+","+paths[2].Addr(), opts).Register(t.Context(), a)
		require.NoError(t, err)
		key := opts.Prefix + "Arith/1.2.3/a"
		leases[key] = lease(t, client, key)
		w = watch(t, dial(t, n.Addr(), opts))
		shows(t, w, a)
		dead = append(dead, paths[i%3])
	}
	for _, path := range dead { // by now the first keep-alives are answered, for which the client waits less long than for others
		path.Swallow(true)
	}
	quiet(t, w, 2*ttl+time.Second) // in which the leases run out without keep-alives
	for key, was := range leases {
		require.Equal(t, was, lease(t, client, key), "%s hangs on another lease", key)
	}
}

// etcd may grant longer than was asked for, and then keep-alives are sent less
// often. That makes no connection a dead one.
func TestKeepAlivesOfALongerLeaseCostNoConnection(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.TTL = min(ttl, 18*time.Second) // or the node's first election would take too long
	opts.Verify = opts.TTL / 3          // rarely, for an answer of any kind shows that a connection lives
	node := embedded.Quick()
	node.Tick = opts.TTL * 33 / 200 // few to an election, or a slow machine would miss many
	node.Election = 10 * node.Tick  // of which a lease has at least one and a half
	n := ownNode(t, node)
	a, paths := server("a", "10.0.0.1:1"), []*proxytest.Proxy{proxytest.Start(t, n.Addr()), proxytest.Start(t, n.Addr())}
	_, err := dial(t, paths[0].Addr()+","+paths[1].Addr(), opts).Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, a)
	quiet(t, w, 2*opts.TTL+time.Second) // two keep-alives
	for _, path := range paths {
		require.EqualValues(t, 1, path.Accepted())
	}
}

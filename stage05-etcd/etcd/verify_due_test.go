package etcd_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

// A rebirth is an etcd behind a path that is closed while the etcd begins anew,
// with the same members at the same addresses.
type rebirth struct {
	node *embedded.Node
	dir  string
	path *proxytest.Proxy
	opts etcd.Options // in which nothing is verified because time has passed
	die  func()       // ends those that are registered
}

func newRebirth(t *testing.T) *rebirth {
	t.Helper()
	quick := embedded.Quick()
	quick.Dir = filepath.Join(t.TempDir(), "data")
	n := ownNode(t, quick)
	opts := unhurried()
	opts.TTL, opts.Verify = time.Hour, time.Hour
	return &rebirth{node: n, dir: quick.Dir, path: proxytest.Start(t, n.Addr()), opts: opts, die: func() {}}
}

// begin closes the path and starts the etcd anew with the data in a folder, or
// with none. It fails if that can be told from the cluster's ID.
func (r *rebirth) begin(t *testing.T, data string) {
	t.Helper()
	before := cluster(t, r.node)
	r.die()
	r.path.Refuse(true)
	require.NoError(t, r.node.Close())
	require.NoError(t, os.RemoveAll(r.dir))
	if data != "" {
		require.NoError(t, os.CopyFS(r.dir, os.DirFS(data)))
	}
	again, err := embedded.Restart(t.Context(), r.node)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(again) })
	r.node = again[0]
	require.Equal(t, before, cluster(t, r.node), "the ID comes from the members")
}

// cluster returns the ID of a node's cluster.
func cluster(t *testing.T, n *embedded.Node) uint64 {
	t.Helper()
	resp, err := raw(t, n.Addr()).Get(t.Context(), "k")
	require.NoError(t, err)
	return resp.Header.ClusterId
}

// register registers instances straight at the node, until it begins anew, and
// returns its revision.
func (r *rebirth) register(t *testing.T, all ...registry.Instance) (revision int64) {
	t.Helper()
	life, die := context.WithTimeout(t.Context(), longest)
	r.die = die
	for _, in := range all {
		_, err := dial(t, r.node.Addr(), r.opts).Register(life, in)
		require.NoError(t, err)
	}
	resp, err := raw(t, r.node.Addr()).Get(t.Context(), "k")
	require.NoError(t, err)
	return resp.Header.Revision
}

// F4: the cluster's ID and the revision may both be those of the old etcd, and
// so may the number of entries and the revision of each. Nothing is verified
// here because time has passed.
func TestAnEtcdThatBeganAnewIsReadAnewAtAnyRevision(t *testing.T) {
	t.Parallel()
	for name, writes := range map[string]int{"at a lower one": -1, "at the same": 0, "at a higher one": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRebirth(t)
			a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
			before := r.register(t, a, b)
			w := watch(t, dial(t, r.path.Addr(), r.opts))
			shows(t, w, a, b)
			r.begin(t, "")
			a.Addr, b.Addr = "10.0.0.1:2", "10.0.0.2:2"
			want := []registry.Instance{a, b}
			if writes < 0 {
				want = want[:1]
			}
			for range writes {
				_, err := raw(t, r.node.Addr()).Put(t.Context(), "k", "v")
				require.NoError(t, err)
			}
			require.Equal(t, before+int64(writes), r.register(t, want...))
			r.path.Refuse(false)
			settles(t, w, want...)
		})
	}
}

// An etcd that is restored from a backup has the ID, the leases and some of the
// revisions of the old one, but not what came after the backup.
func TestAnEtcdThatWasRestoredIsReadAnew(t *testing.T) {
	t.Parallel()
	r, backup := newRebirth(t), filepath.Join(t.TempDir(), "backup")
	a, b, c := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1"), server("c", "10.0.0.3:1")
	client := raw(t, r.node.Addr())
	for _, in := range []registry.Instance{a, b, c} {
		store(t, client, r.opts, in)
	}
	require.NoError(t, r.node.Close())
	require.NoError(t, os.CopyFS(backup, os.DirFS(r.dir)))
	again, err := embedded.Restart(t.Context(), r.node)
	require.NoError(t, err)
	r.node = again[0]
	_, err = client.Delete(t.Context(), r.opts.Prefix+"Arith/1.2.3/a")
	require.NoError(t, err)
	w := watch(t, dial(t, r.path.Addr(), r.opts))
	shows(t, w, b, c)
	r.begin(t, backup)
	_, err = client.Delete(t.Context(), r.opts.Prefix+"Arith/1.2.3/b")
	require.NoError(t, err)
	r.path.Refuse(false)
	settles(t, w, a, c) // as many as before, and the latest is the same
}

// Who works through a client of the caller's own hears of no connection, so what
// tells there is the latest entry, and that is looked at from time to time.
func TestAnEtcdThatBeganAnewIsNoticedInTimeWithoutConnectionsOfOurOwn(t *testing.T) {
	t.Parallel()
	r := newRebirth(t)
	a, timed := server("a", "10.0.0.1:1"), options()
	timed.Prefix = r.opts.Prefix
	before := r.register(t, a)
	w := watch(t, etcd.New(raw(t, r.path.Addr()), timed))
	shows(t, w, a)
	r.begin(t, "")
	a.Addr = "10.0.0.1:2"
	require.Equal(t, before, r.register(t, a))
	r.path.Refuse(false)
	settles(t, w, a)
}

// What was another's in the old etcd is nobody's in the new one, and the other
// way round: a claim that happens to have the revision of the own is left alone.
func TestARegistrationTakesNoClaimOfAnotherAtItsRevision(t *testing.T) {
	t.Parallel()
	r, log := newRebirth(t), new(logtest.Buffer)
	opts, a := r.opts, server("a", "10.0.0.1:1")
	opts.Logger = log.Logger()
	first, err := dial(t, r.path.Addr(), opts).Register(t.Context(), a)
	require.NoError(t, err)
	claim := opts.Prefix + "=id/Arith/a"
	was := modified(t, r.node, claim)
	r.begin(t, "")
	other := server("a", "10.0.0.2:2")
	r.register(t, other)
	require.Equal(t, was, modified(t, r.node, claim))
	r.path.Refuse(false)
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "a of Arith is 10.0.0.2:2") }, longest, 10*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	require.ErrorIs(t, first.Update(ctx, a), registry.ErrTaken)
	require.Equal(t, was, modified(t, r.node, claim))
}

// modified returns the revision of a key's latest change.
func modified(t *testing.T, n *embedded.Node, key string) int64 {
	t.Helper()
	resp, err := raw(t, n.Addr()).Get(t.Context(), key, clientv3.WithKeysOnly())
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1)
	return resp.Kvs[0].ModRevision
}

// A server that lives on is listed in the new etcd when it is there, and not when
// a keep-alive is due.
func TestAServerIsListedAtOnceInAnEtcdThatBeganAnew(t *testing.T) {
	t.Parallel()
	r, a := newRebirth(t), server("a", "10.0.0.1:1")
	_, err := dial(t, r.path.Addr(), r.opts).Register(t.Context(), a)
	require.NoError(t, err)
	r.begin(t, "")
	w := watch(t, dial(t, r.node.Addr(), r.opts))
	shows(t, w)
	r.path.Refuse(false)
	settles(t, w, a)
}

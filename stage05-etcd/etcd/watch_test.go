package etcd_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/registry"
)

// store puts an entry without a lease, which nobody has to keep alive.
func store(t testing.TB, client *clientv3.Client, opts etcd.Options, in registry.Instance) int64 {
	t.Helper()
	value, err := json.Marshal(in)
	require.NoError(t, err)
	resp, err := client.Put(t.Context(), opts.Prefix+in.Service+"/"+in.Version+"/"+in.ID, string(value))
	require.NoError(t, err)
	return resp.Header.Revision
}

// E3: a watch that finds its revision compacted reads the list again. The node
// is the test's own, since compaction is for all keys.
func TestChangesDuringAnOutageAreSeenThoughEtcdHasCompactedThem(t *testing.T) {
	t.Parallel()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	for name, fault := range map[string]func(p *proxy, on bool){
		"the path swallows": func(p *proxy, on bool) { p.swallow(on) },
		"the path is cut":   func(p *proxy, on bool) { p.refuse(on) },
	} {
		t.Run(name, func(t *testing.T) {
			client, path, opts := raw(t, n.Addr()), startProxy(t, n.Addr()), options()
			a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
			store(t, client, opts, a)
			w := watch(t, dial(t, path.addr(), opts))
			shows(t, w, a)
			fault(path, true)
			snap, ok := within(t, w, patience)
			require.True(t, ok && snap.Stale, "%+v", snap)
			_, err := client.Delete(t.Context(), opts.Prefix, clientv3.WithPrefix())
			require.NoError(t, err)
			revision := store(t, client, opts, b)
			_, err = client.Compact(t.Context(), revision)
			require.NoError(t, err)
			fault(path, false)
			healed := time.Now()
			shows(t, w, b)
			require.Less(t, time.Since(healed), 2*time.Second)
			a.Weight = 7
			store(t, client, opts, a)
			shows(t, w, a, b)
		})
	}
}

// E4 and W1: nothing between the list and the watch is lost or seen twice.
func TestEveryStateIsSeenOnceAcrossReconnections(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, path := raw(t, n.Addr()), startProxy(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	w := watch(t, dial(t, path.addr(), opts))
	shows(t, w, a)
	var revision uint64
	for a.Weight = range 30 {
		if a.Weight%3 == 0 {
			path.cut()
		}
		store(t, client, opts, a)
		for { // a cut may be noticed, and then once
			snap, ok := within(t, w, patience)
			require.True(t, ok)
			require.GreaterOrEqual(t, snap.Revision, revision, "an old event came again")
			revision = snap.Revision
			if !snap.Stale && snap.Instances[0].Weight == a.Weight {
				break
			}
		}
	}
	quiet(t, w, check*2)
}

// E5: a path that swallows everything makes no error, and yet is noticed.
func TestAgeOfTheListIsSeenOverADeadPath(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, path := raw(t, n.Addr()), startProxy(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	w := watch(t, dial(t, path.addr(), opts))
	first := shows(t, w, a)
	quiet(t, w, 3*check) // in which nothing changes, and etcd says so
	path.swallow(true)
	black := time.Now()
	snap, ok := within(t, w, patience)
	require.True(t, ok && snap.Stale, "%+v", snap)
	require.Equal(t, []registry.Instance{a}, snap.Instances)
	require.Greater(t, snap.Synced, first.Synced.Add(check))
	require.Less(t, time.Since(black), check*11/10+2*timeout+time.Second)
	require.Less(t, snap.Synced, black.Add(time.Millisecond))
	quiet(t, w, ttl)
	require.Greater(t, time.Since(snap.Synced), ttl)
}

// E6: the service's prefix ends in a slash.
func TestServicesWhoseNamesBeginAlikeAreKeptApart(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client := raw(t, n.Addr())
	far := server("a", "10.0.0.1:1")
	far.Service = "Arithmetic"
	store(t, client, opts, far)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w)
	store(t, client, opts, server("a", "10.0.0.1:1"))
	shows(t, w, server("a", "10.0.0.1:1"))
}

// W6: one bad entry does not take the others with it, and is logged once.
func TestMalformedEntriesAreLeftOutAndLoggedOnce(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	log := new(safeBuffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	client, path := raw(t, n.Addr()), startProxy(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	bad := map[string]string{
		"1/json":     `{`,
		"1/addr":     `{"addr":"no port"}`,
		"1/other":    `{"addr":"10.0.0.1:1","service":"Other"}`,
		"2/version":  `{"addr":"10.0.0.1:1","version":"1"}`,
		"1/id":       `{"addr":"10.0.0.1:1","id":"a"}`,
		"noversion":  `{"addr":"10.0.0.1:1"}`,
		"1/a/b":      `{"addr":"10.0.0.1:1"}`,
		"1/weight":   `{"addr":"10.0.0.1:1","weight":-1}`,
		"1/metadata": `{"addr":"10.0.0.1:1","metadata":"x"}`,
	}
	for key, value := range bad {
		_, err := client.Put(t.Context(), opts.Prefix+"Arith/"+key, value)
		require.NoError(t, err)
	}
	w := watch(t, dial(t, path.addr(), opts))
	shows(t, w, a)
	path.swallow(true) // so that the list is read again
	snap, ok := within(t, w, patience)
	require.True(t, ok && snap.Stale)
	path.swallow(false)
	shows(t, w, a)
	require.Equal(t, len(bad), strings.Count(log.String(), "malformed"), "%s", log)

	_, err := client.Put(t.Context(), opts.Prefix+"Arith/v1/10.0.0.2:8080", `{"addr":"10.0.0.2:8080"}`)
	require.NoError(t, err)
	shows(t, w, registry.Instance{
		Service: "Arith", ID: "10.0.0.2:8080", Addr: "10.0.0.2:8080", Network: "tcp", Version: "v1", Weight: 1,
	}, a)
}

// Who logs slowly holds up nobody.
func TestNextDoesNotWaitForTheLog(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), patient()
	log := &stuckLog{stuck: make(chan struct{}), release: make(chan struct{})}
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w)
	_, err := raw(t, n.Addr()).Put(t.Context(), opts.Prefix+"Arith/1/bad", "{")
	require.NoError(t, err)
	<-log.stuck
	late := time.AfterFunc(patience, func() { close(log.release) })
	quiet(t, w, check)
	require.True(t, late.Stop(), "it waited")
	close(log.release)
}

// stuckLog blocks until it is released.
type stuckLog struct {
	once           sync.Once // for stuck
	stuck, release chan struct{}
}

func (l *stuckLog) Write(p []byte) (int, error) {
	l.once.Do(func() { close(l.stuck) })
	<-l.release
	return len(p), nil
}

// An etcd that comes back without its data knows nobody, but the servers are
// there and register again.
func TestEtcdThatHasLostItsDataEmptiesNoList(t *testing.T) {
	t.Parallel()
	opts := options()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	path, r := startProxy(t, n.Addr()), dial(t, n.Addr(), opts)
	a, b := server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	_, err = dial(t, path.addr(), opts).Register(t.Context(), a)
	require.NoError(t, err)
	_, err = r.Register(t.Context(), b)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a, b)

	path.refuse(true)
	back := time.Now()
	replace(t, n)
	for {
		snap, ok := within(t, w, patience)
		require.True(t, ok)
		if !snap.Stale {
			require.Equal(t, []registry.Instance{b}, snap.Instances)
			require.GreaterOrEqual(t, time.Since(back), ttl)
			break
		}
		require.Equal(t, []registry.Instance{a, b}, snap.Instances)
	}
	path.refuse(false)
	settles(t, w, a, b)
}

// With everybody listed again the list is fresh before the TTL has passed. The
// new etcd counts its revisions from the beginning, so one that is known says
// nothing of an entry.
func TestListIsFreshOnceEverybodyIsListedAgain(t *testing.T) {
	t.Parallel()
	opts, log := options(), new(safeBuffer)
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	opts.TTL = 2 * patience
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	client, a := raw(t, n.Addr()), server("a", "10.0.0.1:1")
	revision := store(t, client, opts, a)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, a)
	replace(t, n)
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "etcd has lost its data") }, patience, 10*time.Millisecond)
	a.Weight = 7
	require.Equal(t, revision, store(t, client, opts, a))
	settles(t, w, a)
}

// replace closes a node and starts one without its data on the same port, which
// a connection of another test may have got in between.
func replace(t *testing.T, n *embedded.Node) {
	t.Helper()
	opts := embedded.Quick()
	opts.Listen = n.Addr()
	require.NoError(t, n.Close())
	require.Eventually(t, func() bool {
		again, err := embedded.Start(t.Context(), opts)
		if err == nil {
			t.Cleanup(func() { again.Close() })
		}
		return err == nil
	}, patience, 10*time.Millisecond)
}

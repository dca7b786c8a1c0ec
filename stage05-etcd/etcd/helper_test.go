package etcd_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/registry"
)

const (
	ttl     = slow * 2 * time.Second
	timeout = slow * 600 * time.Millisecond
	check   = slow * 300 * time.Millisecond

	// patience is how long a test waits for what must come.
	patience = 30 * time.Second
)

var silent = slog.New(slog.DiscardHandler)

// node is an etcd that all tests share which do no harm to it. Each of them
// has keys of its own.
var node = sync.OnceValues(func() (n *embedded.Node, err error) {
	n, err = embedded.Start(context.Background(), embedded.Quick())
	running = n
	return n, err
})

var running *embedded.Node // nil unless a test has asked for it

var prefixes atomic.Int64

// TestMain lets more tests run at a time than there are processors, for they
// spend their time waiting. It makes the client's queue of answered beats as
// short as can be, so that one who does not drain it is soon found.
func TestMain(m *testing.M) {
	clientv3.LeaseResponseChSize = 1
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() == "" { // or it would be the number of fuzzing processes
		flag.Set("test.parallel", "64")
	}
	code := m.Run()
	if running != nil {
		running.Close()
	}
	os.Exit(code)
}

func sharedNode(t testing.TB) *embedded.Node {
	t.Helper()
	n, err := node()
	require.NoError(t, err)
	return n
}

func options() etcd.Options {
	return etcd.Options{
		Prefix: fmt.Sprintf("/%d/", prefixes.Add(1)), TTL: ttl, Timeout: timeout, Check: check, Logger: silent,
	}
}

// dial returns a registry on addr that is closed with the test.
func dial(t testing.TB, addr string, opts etcd.Options) *etcd.Registry {
	t.Helper()
	r, err := etcd.Dial(etcd.Scheme+addr, opts)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// raw returns a client of the shared etcd, to look and to meddle.
func raw(t testing.TB, endpoints ...string) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, Logger: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

// watch watches Arith until the test ends.
func watch(t testing.TB, d registry.Discovery) registry.Watcher {
	t.Helper()
	w, err := d.Watch(t.Context(), "Arith")
	require.NoError(t, err)
	t.Cleanup(func() { w.Close() })
	return w
}

// within returns the next snapshot, if there is one within d.
func within(t testing.TB, w registry.Watcher, d time.Duration) (registry.Snapshot, bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	snap, err := w.Next(ctx)
	if err != nil {
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	return snap, err == nil
}

// quiet fails if there is a snapshot within d.
func quiet(t testing.TB, w registry.Watcher, d time.Duration) {
	t.Helper()
	snap, ok := within(t, w, d)
	require.False(t, ok, "%+v", snap)
}

// shows fails unless the next snapshot is fresh and has exactly want.
func shows(t testing.TB, w registry.Watcher, want ...registry.Instance) registry.Snapshot {
	t.Helper()
	snap, ok := within(t, w, patience)
	require.True(t, ok, "no snapshot")
	require.Empty(t, cmp.Diff(snap.Instances, append([]registry.Instance{}, want...)), "got -, want +")
	require.False(t, snap.Stale, "stale")
	return snap
}

// settles reads until a snapshot is fresh and has exactly want.
func settles(t testing.TB, w registry.Watcher, want ...registry.Instance) {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		snap, ok := within(t, w, time.Until(end))
		require.True(t, ok, "it never had what it should")
		if !snap.Stale && cmp.Equal(snap.Instances, append([]registry.Instance{}, want...)) {
			return
		}
	}
}

// safeBuffer is a log that several goroutines write.
type safeBuffer struct {
	mu  sync.Mutex // guards the field below
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

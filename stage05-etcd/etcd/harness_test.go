package etcd_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry"
)

// Times are longer on a machine that is busy, for etcd knows no virtual time.
var (
	slow    = etcdtest.Slow
	ttl     = slow * 6 * time.Second
	timeout = slow * 2 * time.Second
	verify  = slow * 300 * time.Millisecond
	longest = slow * 30 * time.Second // that a test waits for what must come
	soon    = slow * 10 * time.Second // that may pass beyond what it takes where nothing else runs
)

// Tests that do no harm to an etcd share one, and a second one that knows
// nothing of what is in the first. Each test has keys of its own.
var (
	firstNode, secondNode = sync.OnceValues(startNode), sync.OnceValues(startNode)
	running               = make(chan *embedded.Node, 2)
	prefixes              atomic.Int64
)

func startNode() (*embedded.Node, error) {
	n, err := embedded.Start(context.Background(), embedded.Quick())
	if err == nil {
		running <- n
	}
	return n, err
}

// TestMain lets more tests run at a time than there are processors, for they
// spend their time waiting. It makes the client's queue of answered keep-alives
// as short as can be, so that one who does not read them is soon found.
func TestMain(m *testing.M) {
	clientv3.LeaseResponseChSize = 1
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() == "" { // or it would be the number of fuzzing processes
		flag.Set("test.parallel", "64")
	}
	code := m.Run()
	close(running)
	for n := range running {
		n.Close()
	}
	os.Exit(code)
}

func sharedNode(t testing.TB) *embedded.Node {
	t.Helper()
	n, err := firstNode()
	require.NoError(t, err)
	return n
}

// ownNode starts an etcd that ends with the test.
func ownNode(t testing.TB, opts embedded.Options) *embedded.Node {
	t.Helper()
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	return n
}

func options() etcd.Options {
	return etcd.Options{
		Prefix: fmt.Sprintf("/%d/", prefixes.Add(1)), TTL: ttl, Timeout: timeout, Verify: verify, Logger: logtest.Quiet(),
	}
}

// unhurried returns options for a test in which no time runs out, however busy
// the machine. A watch or a registration is not verified while it runs, so what
// it shows has come by itself.
func unhurried() etcd.Options {
	opts := options()
	opts.TTL, opts.Verify, opts.Timeout = time.Minute, time.Minute, 10*time.Second
	return opts
}

// dial returns a registry on addr that is closed with the test.
func dial(t testing.TB, addr string, opts etcd.Options) *etcd.Registry {
	t.Helper()
	r, err := etcd.Dial(etcd.Scheme+addr, opts)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// raw returns a client of etcd itself, to look and to meddle.
func raw(t testing.TB, endpoints ...string) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{Endpoints: endpoints, Logger: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

// intercepted returns a client whose requests are made by around, which is
// given the method and what makes the request.
func intercepted(t testing.TB, addr string, around func(method string, request func() error) error) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{addr}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
				return around(path.Base(method), func() error { return invoke(ctx, method, req, reply, conn, opts...) })
			},
		)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

func server(id, addr string) registry.Instance {
	return registry.Instance{Service: "Arith", ID: id, Addr: addr, Network: "tcp", Version: "1.2.3", Weight: 1}
}

// store puts an entry without a lease, which nobody has to keep alive.
func store(t testing.TB, client *clientv3.Client, opts etcd.Options, in registry.Instance) int64 {
	t.Helper()
	value, err := json.Marshal(in)
	require.NoError(t, err)
	resp, err := client.Put(t.Context(), opts.Prefix+in.Service+"/"+in.Version+"/"+in.ID, string(value))
	require.NoError(t, err)
	return resp.Header.Revision
}

// lease returns the lease that a key hangs on.
func lease(t testing.TB, client *clientv3.Client, key string) int64 {
	t.Helper()
	resp, err := client.Get(t.Context(), key)
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1, key)
	return resp.Kvs[0].Lease
}

// events returns what returns the changes that etcd tells of, one at a time, and in
// their order: whoever is late gets several in one response.
func events(t testing.TB, changes clientv3.WatchChan) func() *clientv3.Event {
	var told []*clientv3.Event
	return func() *clientv3.Event {
		t.Helper()
		for end := time.After(longest); len(told) == 0; {
			select {
			case resp, ok := <-changes:
				require.True(t, ok && resp.Err() == nil, "the watch has ended: %v", resp.Err())
				told = resp.Events
			case <-end:
				require.FailNow(t, "nothing happens")
			}
		}
		event := told[0]
		told = told[1:]
		return event
	}
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
	snap, ok := within(t, w, longest)
	require.True(t, ok, "no snapshot")
	require.Empty(t, cmp.Diff(snap.Instances, append([]registry.Instance{}, want...)), "got -, want +")
	require.False(t, snap.Stale, "stale")
	return snap
}

// settles reads until a snapshot is fresh and has exactly want.
func settles(t testing.TB, w registry.Watcher, want ...registry.Instance) {
	t.Helper()
	for end := time.Now().Add(longest); ; {
		snap, ok := within(t, w, time.Until(end))
		require.True(t, ok, "it never had what it should")
		if !snap.Stale && cmp.Equal(snap.Instances, append([]registry.Instance{}, want...)) {
			return
		}
	}
}

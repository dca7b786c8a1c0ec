package etcd_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// E1 again: a lease that somebody revokes, and keys that somebody deletes.
func TestServerWhoseLeaseOrEntryIsTakenAwayIsListedAgain(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, r := raw(t, n.Addr()), dial(t, n.Addr(), opts)
	key := opts.Prefix + "Arith/1.2.3/a"
	next := events(t, client.Watch(t.Context(), key)) // of which a watcher of ours might not show all
	isBack := func() clientv3.LeaseID {
		t.Helper()
		event := next()
		for event.Type == clientv3.EventTypePut { // once more, when it hears of the end of the lease in whose place it has another
			event = next()
		}
		event = next()
		require.Equal(t, clientv3.EventTypePut, event.Type)
		return clientv3.LeaseID(event.Kv.Lease)
	}
	_, err := r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	lease := clientv3.LeaseID(next().Kv.Lease)
	_, err = client.Revoke(t.Context(), lease)
	require.NoError(t, err)
	require.NotEqual(t, lease, isBack(), "a lease that was revoked stays revoked: it takes another one")
	for _, gone := range []string{key, opts.Prefix} {
		_, err = client.Delete(t.Context(), gone, clientv3.WithPrefix())
		require.NoError(t, err)
		isBack()
	}
}

// E2: an entry without a lease would stay for ever, so none is put when etcd
// has not granted one.
func TestNothingIsPutWhenNoLeaseIsGranted(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	var refusals atomic.Int64
	client := intercepted(t, n.Addr(), func(method string, request func() error) error {
		if method == "LeaseGrant" && refusals.Add(1) <= 3 {
			return errors.New("no lease")
		}
		return request()
	})
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	_, err := etcd.New(client, opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	require.Greater(t, refusals.Load(), int64(3))
	for _, event := range (<-changes).Events {
		require.NotZero(t, event.Kv.Lease, "%s: without a lease it stays for ever", event.Kv.Key)
	}
}

// E9: the client complains in its log when nobody reads its answers.
func TestAnswersToKeepAlivesAreRead(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(logtest.Buffer)
	opts.TTL = time.Second // which makes a keep-alive every half a second
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(log), zap.WarnLevel)
	ta := &tap{logger: zap.New(core)}
	_, err := etcd.New(ta.client(t, n.Addr()), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		ta.mu.Lock()
		defer ta.mu.Unlock()
		lost := strings.Count(log.String(), "queue is full") // all but one, or few on a machine that stood still
		return ta.keptAlive-lost >= 5
	}, longest, 10*time.Millisecond, "nobody reads the answers")
}

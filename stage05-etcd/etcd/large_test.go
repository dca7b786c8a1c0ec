package etcd_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry"
)

// Whoever may write to etcd can make entries as long as they like, and those who watch
// would keep them.
func TestAnEntryThatIsTooLongIsLeftOutAndNotKept(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	client, a, b := raw(t, n.Addr()), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	w := watch(t, dial(t, n.Addr(), opts))
	store(t, client, opts, a)
	settles(t, w, a)
	_, err := client.Put(t.Context(), opts.Prefix+"Arith/1/long", `{"addr":"10.0.0.3:1"}`+strings.Repeat(" ", 64<<10))
	require.NoError(t, err)
	store(t, client, opts, b)
	settles(t, w, a, b)
	require.Contains(t, log.String(), `err="longer than 65536 bytes"`)
	reads := func() int { return strings.Count(log.String(), "reading the list again") }
	before := reads()
	_, ok := within(t, w, 8*opts.Verify)
	require.False(t, ok)
	require.Less(t, reads()-before, 4, "it is verified by its hash")
	require.Equal(t, 1, strings.Count(log.String(), "malformed"), "%s", log)
}

// It is not parallel, for what it writes would make an etcd beside it slow.
func TestAListThatIsTooLongIsNotRead(t *testing.T) {
	n, opts, log := ownNode(t, embedded.Quick()), options(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	client, a := raw(t, n.Addr()), server("a", "10.0.0.1:1")
	store(t, client, opts, a)
	for i := range 33 {
		_, err := client.Put(t.Context(), fmt.Sprintf("%sArith/1/long%d", opts.Prefix, i), strings.Repeat("x", 1<<20))
		require.NoError(t, err)
	}
	w := watch(t, dial(t, n.Addr(), opts))
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "the list cannot be read") }, longest, 10*time.Millisecond)
	quiet(t, w, verify)
	_, err := client.Delete(t.Context(), opts.Prefix+"Arith/1/long", clientv3.WithPrefix())
	require.NoError(t, err)
	settles(t, w, a)
}

func TestAListOfTooManyEntriesIsNotTakenOver(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Logger, opts.MaxInstances = log.Logger(), 2
	client, a, b, c := raw(t, n.Addr()), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1"), server("c", "10.0.0.3:1")
	store(t, client, opts, a)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, a)
	store(t, client, opts, b)
	settles(t, w, a, b)
	store(t, client, opts, c)
	snap, ok := within(t, w, 10*time.Second) // sooner than it is verified
	require.True(t, ok && snap.Stale, "%+v", snap)
	require.Equal(t, []registry.Instance{a, b}, snap.Instances, "the list stays as it was")
	require.Contains(t, log.String(), "too many entries: 3, more than 2")
	late := watch(t, dial(t, n.Addr(), opts))
	quiet(t, late, 2*verify)

	_, err := client.Delete(t.Context(), opts.Prefix+"Arith/1.2.3/b")
	require.NoError(t, err)
	settles(t, w, a, c)
	settles(t, late, a, c)
}

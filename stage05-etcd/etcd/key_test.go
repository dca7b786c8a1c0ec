package etcd_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// It is not parallel, so a wrong key is found before the other tests wait for an entry.
func TestAnEntryIsBelowItsServicesPrefix(t *testing.T) {
	n, opts := sharedNode(t), options()
	_, err := dial(t, n.Addr(), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	found, err := raw(t, n.Addr()).Get(t.Context(), opts.Prefix, clientv3.WithPrefix(), clientv3.WithKeysOnly())
	require.NoError(t, err)
	var keys []string
	for _, kv := range found.Kvs {
		keys = append(keys, string(kv.Key))
	}
	want := []string{opts.Prefix + "=id/Arith/a", opts.Prefix + "Arith/1.2.3/a"}
	require.Equal(t, want, keys, "a service's prefix is Options.Prefix, its name, and a slash")
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

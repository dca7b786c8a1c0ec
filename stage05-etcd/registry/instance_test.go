package registry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestIDAndNetworkHaveDefaults(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, registry.Instance{Service: "Arith", Addr: "127.0.0.1:1", Weight: 1}))
	want := []registry.Instance{instance("Arith", "127.0.0.1:1", "127.0.0.1:1")}
	require.Empty(t, cmp.Diff(s.Instances("Arith"), want))
}

func TestWeightZeroStaysZero(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, registry.Instance{Service: "Arith", Addr: "127.0.0.1:1"}))
	require.Zero(t, s.Instances("Arith")[0].Weight)
}

func TestDefaultsCopyTheMetadata(t *testing.T) {
	given := registry.Instance{Service: "Arith", Addr: "127.0.0.1:1", Metadata: map[string]string{"zone": "a"}}
	in := given.WithDefaults()
	given.Metadata["zone"] = "changed by the caller"
	require.Equal(t, "a", in.Metadata["zone"])
	given.Metadata = map[string]string{}
	require.Nil(t, given.WithDefaults().Metadata, "none at all is nil")
}

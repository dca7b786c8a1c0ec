package registry_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestAClientListsWhatTheStoreHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})

		list, err := c.Instances(t.Context(), "Arith")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(list, []registry.Instance{}))
		in := instance("Arith", "a", "[::1]:1")
		in.Metadata = map[string]string{"zone": "東京"}
		require.NoError(t, put(s, in))
		require.NoError(t, put(s, instance("Slow", "b", "127.0.0.1:2")))
		list, err = c.Instances(t.Context(), "Arith")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(list, []registry.Instance{in}))
		all, err := c.Services(t.Context())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(all, s.Services()))
	})
}

func TestATimeoutBelowZeroIsTheDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		_, err := newClient(t, &network, registry.ClientOptions{Timeout: -1}).Instances(t.Context(), "Arith")
		require.NoError(t, err)
	})
}

func TestABadNameIsNotEvenAskedFor(t *testing.T) {
	c, err := registry.NewClient("http://nowhere.invalid", registry.ClientOptions{})
	require.NoError(t, err)
	for _, name := range []string{"", "..", "a/b", "a?b"} {
		_, err := c.Instances(t.Context(), name)
		require.ErrorAs(t, err, new(*registry.FieldError), name)
		require.ErrorContains(t, err, "service: ", name)
	}
}

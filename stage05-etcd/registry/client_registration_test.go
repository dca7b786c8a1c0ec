package registry_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestRegisterReturnsWhenTheInstanceIsListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})
		in := registry.Instance{Service: "Arith", Addr: "127.0.0.1:1", Metadata: map[string]string{"zone": "x"}}
		_, err := c.Register(t.Context(), in)
		require.NoError(t, err)
		in.ID, in.Network = "127.0.0.1:1", "tcp"
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}), "weight 0 included")
	})
}

func TestABadInstanceIsRefusedAtOnce(t *testing.T) {
	c, err := registry.NewClient("http://nowhere.invalid", registry.ClientOptions{})
	require.NoError(t, err)
	_, err = c.Register(t.Context(), instance("a/b", "a", "127.0.0.1:1"))
	require.ErrorAs(t, err, new(*registry.FieldError))
}

func TestDeregisterTakesTheInstanceOffTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})
		a, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		_, err = c.Register(t.Context(), instance("Arith", "b", "127.0.0.1:2"))
		require.NoError(t, err)
		require.NoError(t, a.Deregister(t.Context()))
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{instance("Arith", "b", "127.0.0.1:2")}))
		require.NoError(t, a.Deregister(t.Context()), "twice is no error")
	})
}

func TestDeregisterSucceedsWhenTheRegistryHasForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		h.set(registry.Handler(newStore()).ServeHTTP)
		require.NoError(t, r.Deregister(t.Context()))
	})
}

package registry_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/memnet"
	"example.com/workshop/stage02-registry/registry"
)

func TestTheRegistrysURLIsChecked(t *testing.T) {
	for url, want := range map[string]string{
		"etcd://127.0.0.1:2379": `registry "etcd://127.0.0.1:2379": unknown scheme "etcd": want http://HOST:PORT`,
		"127.0.0.1:8500":        `registry "127.0.0.1:8500": no scheme: want http://HOST:PORT`,
		"localhost:8500":        `registry "localhost:8500": no scheme: want http://HOST:PORT`,
		"http://":               `registry "http://": no host: want http://HOST:PORT`,
		"http:///services":      `registry "http:///services": no host: want http://HOST:PORT`,
		"http://a b":            `registry "http://a b": not a URL: want http://HOST:PORT`,
		"http://:8500":          `registry "http://:8500": no host: want http://HOST:PORT`,
		"ftp://ann:pw@h:1":      `registry "ftp://…@h:1": unknown scheme "ftp": want http://HOST:PORT`,
		"http://ann:p@w@h:x":    `registry "http://…@h:x": not a URL: want http://HOST:PORT`,
		"ann:pw@h:1":            `registry "…@h:1": no scheme: want http://HOST:PORT`,
		"ann:pw@h:1?://":        `registry "…@h:1?://": unknown scheme "ann": want http://HOST:PORT`,
		"":                      `registry "": no scheme: want http://HOST:PORT`,
	} {
		_, err := registry.NewClient(url, registry.ClientOptions{})
		require.EqualError(t, err, want)
	}
	for _, url := range []string{"http://127.0.0.1:8500", "HTTP://127.0.0.1:8500", "https://registry.example.com/path"} {
		_, err := registry.NewClient(url, registry.ClientOptions{})
		require.NoError(t, err)
	}
}

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

func TestARegistryMayHaveAPathOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, http.StripPrefix("/discovery", registry.Handler(newStore())))
		c, err := registry.NewClient("http://"+address+"/discovery/", registry.ClientOptions{Transport: &http.Transport{DialContext: network.DialContext}})
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Instances(t.Context(), "Arith")
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

func TestAnErrorNamesTheRegistryAndKeepsItsPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		c, err := registry.NewClient("http://user:secret@"+address, registry.ClientOptions{Transport: &http.Transport{DialContext: network.DialContext}})
		require.NoError(t, err)
		_, err = c.Instances(t.Context(), "Arith")
		require.EqualError(t, err, "registry http://user:xxxxx@registry:8500: dial mem registry:8500: connection refused")
	})
}

func TestManyRequestsUseOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		for i := range 100 { // so that the lists are long
			require.NoError(t, put(s, instance("Arith", fmt.Sprint(i), "127.0.0.1:1")))
		}
		serve(t, &network, registry.Handler(s))
		var dials atomic.Int32
		c := newClient(t, &network, registry.ClientOptions{Transport: &http.Transport{
			DialContext: func(ctx context.Context, kind, addr string) (net.Conn, error) {
				dials.Add(1)
				return network.DialContext(ctx, kind, addr)
			},
		}})
		for i := range 20 {
			_, err := c.Instances(t.Context(), "Arith")
			require.NoError(t, err)
			_, err = c.Services(t.Context())
			require.NoError(t, err)
			r, err := c.Register(t.Context(), instance("Slow", fmt.Sprint(i), "127.0.0.1:1"))
			require.NoError(t, err)
			require.NoError(t, r.Deregister(t.Context()))
			require.NoError(t, r.Deregister(t.Context()), "which is refused with 404")
		}
		require.EqualValues(t, 1, dials.Load())
		c.Close()
		_, err := c.Services(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, dials.Load(), "Close gives the idle one back")
	})
}

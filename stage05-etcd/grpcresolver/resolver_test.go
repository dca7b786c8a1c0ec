package grpcresolver_test

import (
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/registry"
)

const (
	a = "10.0.0.1:50051"
	b = "10.0.0.2:50051"
)

func TestWholeListIsPushedWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := registry.NewStore(registry.Options{Logger: quiet})
		put := func(in registry.Instance) {
			_, err := store.Put(in, "lease", 0)
			require.NoError(t, err)
		}
		cc := resolve(t, store)
		cc.pushes() // known to be empty

		put(server(b, 1))
		cc.pushes(b)
		put(server(a, 1))
		cc.pushes(a, b)

		in := server(a, 1)
		in.Version = "2"
		put(in)
		cc.silent() // nothing that gRPC could see

		require.NoError(t, store.Delete("Arith", b, ""))
		cc.pushes(a)
		require.NoError(t, store.Delete("Arith", a, ""))
		cc.pushes()
	})
}

func TestWeightIsAnAttributeAndZeroIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := registry.NewStore(registry.Options{Logger: quiet})
		for _, in := range []registry.Instance{server(a, 7), server(b, 0)} {
			_, err := store.Put(in, "lease", 0)
			require.NoError(t, err)
		}
		cc := resolve(t, store)
		state := cc.pushes(a)
		require.Equal(t, 7, grpcresolver.Weight(state.Endpoints[0]))
		require.Nil(t, state.Endpoints[0].Addresses[0].Attributes, "gRPC would connect anew when they change")
		require.Equal(t, 1, grpcresolver.Weight(resolver.Endpoint{}))

		_, err := store.Put(server(b, 3), "lease", 0)
		require.NoError(t, err)
		require.Equal(t, 3, grpcresolver.Weight(cc.pushes(a, b).Endpoints[1]))

		_, err = store.Put(server(b, 4), "lease", 0)
		require.NoError(t, err)
		require.Equal(t, 4, grpcresolver.Weight(cc.pushes(a, b).Endpoints[1]), "a new weight alone is news")
	})
}

func TestInstanceWithoutGRPCIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := registry.NewStore(registry.Options{Logger: quiet})
		_, err := store.Put(registry.Instance{Service: "Arith", Addr: "10.0.0.3:1234", Weight: 1}, "", 0)
		require.NoError(t, err)
		resolve(t, store).pushes()
	})
}

func TestStaleRegistryTakesNoAddressAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := make(script)
		cc := resolve(t, d)
		cc.silent() // unknown is not empty

		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1), server(b, 1)}}
		cc.pushes(a, b)
		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1), server(b, 1)}, Stale: true}
		cc.silent()
		d <- registry.Snapshot{Stale: true} // it came back and remembers nothing
		cc.silent()
		d <- registry.Snapshot{Instances: []registry.Instance{server(b, 1)}}
		cc.pushes(b)
		d <- registry.Snapshot{}
		cc.pushes()
	})
}

func TestOrderOfTheListIsNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := make(script)
		cc := resolve(t, d)
		d <- registry.Snapshot{Instances: []registry.Instance{server(b, 1), server(a, 1)}}
		cc.pushes(a, b)
		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1), server(b, 1)}}
		cc.silent()
	})
}

func TestStaleListMayAddAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := make(script)
		cc := resolve(t, d)
		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1)}, Stale: true} // better than none
		cc.pushes(a)
		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1), server(b, 1)}, Stale: true} // b is new, and known to be there
		cc.pushes(a, b)
	})
}

func TestTargetThatCannotWorkIsAnErrorAtOnce(t *testing.T) {
	store := registry.NewStore(registry.Options{Logger: quiet})
	for text, want := range map[string]string{
		"etcd:///":                 "service: missing",
		"etcd:///a/b":              "only letters, digits",
		"etcd:///a%2Fb":            "only letters, digits",
		"etcd:///..":               "is not a name",
		"etcd://127.0.0.1/Arith":   `want etcd:///SERVICE, not "127.0.0.1" before the service`,
		"etcd:///Arith%0aMultiply": "only letters, digits",
	} {
		target, err := url.Parse(text)
		require.NoError(t, err)
		_, err = grpcresolver.New("etcd", store, grpcresolver.Options{}).Build(resolver.Target{URL: *target}, nil, resolver.BuildOptions{})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "target "+text)
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestAddressMayComeFromAnywhereInTheInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := registry.NewStore(registry.Options{Logger: quiet})
		_, err := store.Put(registry.Instance{Service: "Arith", Addr: a, Weight: 1}, "", 0)
		require.NoError(t, err)
		cc := &channel{t, make(chan resolver.State, 100)}
		own := grpcresolver.Options{Addr: func(in registry.Instance) string { return in.Addr }}
		r, err := grpcresolver.New("x", store, own).Build(resolver.Target{URL: url.URL{Scheme: "x", Path: "/Arith"}}, cc, resolver.BuildOptions{})
		require.NoError(t, err)
		defer r.Close()
		r.ResolveNow(resolver.ResolveNowOptions{})
		cc.pushes(a)
	})
}

package grpcresolver_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/registry"
)

// FuzzTarget holds that a target is followed if and only if it names a service
// and nothing else.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"etcd:///Arith", "etcd:///", "etcd://host/Arith", "etcd:Arith", "etcd:///a/b", "etcd:///a%2Fb", "etcd:///..", "etcd:///%00", "Arith"} {
		f.Add(seed)
	}
	store := registry.NewStore(registry.Options{Logger: quiet})
	f.Fuzz(func(t *testing.T, text string) {
		target, err := url.Parse(text)
		if err != nil {
			return // gRPC would not have come this far
		}
		cc := &channel{t, make(chan resolver.State, 1)}
		r, err := grpcresolver.New("etcd", store, grpcresolver.Options{}).Build(resolver.Target{URL: *target}, cc, resolver.BuildOptions{})
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		r.Close()
		require.Empty(t, target.Host)
		require.NoError(t, registry.ValidService(resolver.Target{URL: *target}.Endpoint()))
	})
}

package grpcresolver_test

import (
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

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
		d := registrytest.NewScript()
		d.Lists(registry.Instance{Service: "Arith", ID: "a", Addr: a, Weight: 1})
		own := grpcresolver.Options{Addr: func(in registry.Instance) string { return in.Addr }}
		resolve(t, d, own).pushes(a)
	})
}

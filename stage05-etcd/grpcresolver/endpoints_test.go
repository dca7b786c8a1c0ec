package grpcresolver_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestWeightIsAnAttributeAndZeroIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		d.Lists(server(a, 7), server(b, 0))
		cc := resolve(t, d, grpcresolver.Options{})
		state := cc.pushes(a)
		require.Equal(t, 7, grpcresolver.Weight(state.Endpoints[0]))
		require.Nil(t, state.Endpoints[0].Addresses[0].Attributes, "gRPC would connect anew when they change")
		require.Equal(t, 1, grpcresolver.Weight(resolver.Endpoint{}))

		d.Lists(server(a, 7), server(b, 3))
		require.Equal(t, 3, grpcresolver.Weight(cc.pushes(a, b).Endpoints[1]))
		d.Lists(server(a, 7), server(b, 4))
		require.Equal(t, 4, grpcresolver.Weight(cc.pushes(a, b).Endpoints[1]), "a new weight alone is news")
	})
}

func TestInstanceWithoutGRPCIsLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Lists(registry.Instance{Service: "Arith", ID: "3", Addr: "10.0.0.3:1234", Weight: 1})
		cc.pushes()
	})
}

func TestHeldAddressesAreAddedWhileTheyAreTheMajority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Lists(server(a, 1), server(b, 2), server(c, 1))
		cc.pushes(a, b, c)
		d.Lists(server(a, 1), server(c, 1)) // b may be dead
		cc.pushes(a, c)
		d.Lists(server(c, 1)) // so many do not die at once
		state := cc.pushes(a, b, c)
		require.Equal(t, 2, grpcresolver.Weight(state.Endpoints[1]))
		d.Lists()
		cc.silent()
		d.Lists(server(b, 2), server(c, 0))
		cc.pushes(b) // a against b; c says goodbye
		d.Lists(server(b, 2))
		cc.silent()
		time.Sleep(5 * time.Minute)
		d.Lists()
		cc.silent() // b is held, and a no more
		time.Sleep(5 * time.Minute)
		cc.pushes()
	})
}

func TestInstancesThatTakeNoCallsOverGRPCCountForNeitherSide(t *testing.T) {
	netRPC := registry.Instance{Service: "Arith", ID: "3", Addr: "10.0.0.3:1234", Weight: 1}
	standby := server("10.0.0.4:50051", 0)
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Lists(server(a, 1), server(b, 1), netRPC, standby)
		cc.pushes(a, b)
		d.Lists(server(a, 1), standby)
		cc.pushes(a) // b against a, and nothing against netRPC
		d.Lists(standby)
		cc.pushes(a, b)
	})
}

func TestAHeldAddressThatIsListedAgainIsListedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Lists(server(a, 1), server(b, 1), server(c, 1))
		cc.pushes(a, b, c)
		d.Lists()
		cc.silent()
		restarted := server(a, 1)
		restarted.ID = "a new one"
		d.Lists(restarted)
		cc.silent() // with b and c, which are held
		d.Lists(restarted, server(b, 1))
		cc.pushes(a, b)
	})
}

func TestNoAddressIsHeldForANegativeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{Hold: -1})
		d.Lists(server(a, 1), server(b, 1))
		cc.pushes(a, b)
		d.Lists()
		cc.pushes()
	})
}

func TestAnAddressIsHeldAsLongAsTheOptionSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{Hold: time.Hour})
		d.Lists(server(a, 1))
		cc.pushes(a)
		d.Lists()
		time.Sleep(time.Hour - 1)
		cc.silent()
		time.Sleep(time.Nanosecond)
		cc.pushes()
	})
}

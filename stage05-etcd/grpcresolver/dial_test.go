package grpcresolver_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// serve serves the health service at addr until stop is called, and counts the
// calls.
func serve(t *testing.T, network *memnet.Network, addr string) (calls *atomic.Int64, stop func()) {
	t.Helper()
	l, err := network.Listen(addr)
	require.NoError(t, err)
	calls = new(atomic.Int64)
	srv := grpc.NewServer(grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		calls.Add(1)
		return handle(ctx, req)
	}))
	grpc_health_v1.RegisterHealthServer(srv, health.NewServer())
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	return calls, func() { srv.Stop(); <-done }
}

// follow returns a function that calls a server of Arith as d lists it, and
// waits for one up to 5 s.
func follow(t *testing.T, network *memnet.Network, d registry.Discovery) (call func() error) {
	t.Helper()
	options := append(grpcresolver.DialOptions("etcd", d, grpcresolver.Options{}),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return network.DialContext(ctx, "tcp", addr) }))
	conn, err := grpc.NewClient("etcd:///Arith", options...)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, new(grpc_health_v1.HealthCheckRequest), grpc.WaitForReady(true))
		return err
	}
}

func TestEveryServerGetsItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		ofA, stop := serve(t, &network, a)
		defer stop()
		ofB, stop := serve(t, &network, b)
		defer stop()
		store := registry.NewStore(registry.Options{Logger: quiet})
		for _, addr := range []string{a, b} {
			_, err := store.Put(server(addr, 1), "lease", 0)
			require.NoError(t, err)
		}
		call := follow(t, &network, store)
		require.NoError(t, call())
		synctest.Wait() // both connections are there
		before := ofA.Load()
		for range 10 {
			require.NoError(t, call())
		}
		require.EqualValues(t, 5, ofA.Load()-before)
		require.EqualValues(t, 11, ofA.Load()+ofB.Load())
	})
}

// The registry says something once, and is away from then on.
func TestChannelKeepsItsAddressesHoweverLongItRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, stop := serve(t, &network, a)
		defer stop()
		d := make(script, 1)
		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1)}}
		call := follow(t, &network, d)
		require.NoError(t, call())
		time.Sleep(24 * time.Hour)
		require.NoError(t, call())
	})
}

func TestServerThatComesBackIsCalledSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, stop := serve(t, &network, a)
		d := make(script, 1)
		d <- registry.Snapshot{Instances: []registry.Instance{server(a, 1)}}
		call := follow(t, &network, d)
		require.NoError(t, call())
		stop()
		time.Sleep(10 * time.Minute)
		_, stop = serve(t, &network, a)
		defer stop()
		require.NoError(t, call())
	})
}

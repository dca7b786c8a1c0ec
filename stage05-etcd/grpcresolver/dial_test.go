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
	"example.com/workshop/stage05-etcd/registry/registrytest"
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

// dialer opens the connections of a channel.
type dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// follow returns a function that calls a server of Arith as d lists it. It waits
// for one up to 5 s unless an option says otherwise.
func follow(t *testing.T, dial dialer, d registry.Discovery) (call func(...grpc.CallOption) error) {
	t.Helper()
	options := append(grpcresolver.DialOptions("etcd", d, grpcresolver.Options{}),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return dial(ctx, "tcp", addr) }))
	conn, err := grpc.NewClient("etcd:///Arith", options...)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return func(opts ...grpc.CallOption) error {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		opts = append([]grpc.CallOption{grpc.WaitForReady(true)}, opts...)
		_, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, new(grpc_health_v1.HealthCheckRequest), opts...)
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
		d := registrytest.NewScript()
		d.Lists(server(a, 1), server(b, 1))
		call := follow(t, network.DialContext, d)
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
		d := registrytest.NewScript()
		d.Lists(server(a, 1))
		call := follow(t, network.DialContext, d)
		require.NoError(t, call())
		time.Sleep(24 * time.Hour)
		require.NoError(t, call())
	})
}

func TestServerThatComesBackIsCalledSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, stop := serve(t, &network, a)
		d := registrytest.NewScript()
		d.Lists(server(a, 1))
		call := follow(t, network.DialContext, d)
		require.NoError(t, call())
		stop()
		time.Sleep(10 * time.Minute)
		_, stop = serve(t, &network, a)
		defer stop()
		require.NoError(t, call())
	})
}

// distant is a connection to a host that is far away.
type distant struct{ net.Conn }

const roundTrip = 900 * time.Millisecond

func (d distant) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	time.Sleep(roundTrip)
	return n, err
}

func TestADistantServerIsCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		_, stop := serve(t, &network, a)
		defer stop()
		d := registrytest.NewScript()
		d.Lists(server(a, 1))
		call := follow(t, func(ctx context.Context, tcp, addr string) (net.Conn, error) {
			time.Sleep(roundTrip)
			conn, err := network.DialContext(ctx, tcp, addr)
			return distant{conn}, err
		}, d)
		require.NoError(t, call())
	})
}

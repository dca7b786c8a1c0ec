package grpcresolver_test

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

// fleet is servers, on a network, that a channel finds as a test lists them.
type fleet struct {
	t       *testing.T
	network memnet.Network
	dials   atomic.Int64
	list    *registrytest.Script
	servers []registry.Instance
	calls   []*atomic.Int64
	stops   []func()
	call    func(...grpc.CallOption) error
}

// newFleet serves and lists n servers, and connects to all of them.
func newFleet(t *testing.T, n int) *fleet {
	f := &fleet{t: t, list: registrytest.NewScript()}
	for i := range n {
		f.start(fmt.Sprintf("10.0.0.%d:50051", i))
	}
	f.list.Lists(f.servers...)
	f.call = follow(t, func(ctx context.Context, network, addr string) (net.Conn, error) {
		f.dials.Add(1)
		return f.network.DialContext(ctx, network, addr)
	}, f.list)
	require.NoError(t, f.call())
	synctest.Wait()
	require.EqualValues(t, n, f.dials.Load())
	return f
}

func (f *fleet) start(addr string) {
	calls, stop := serve(f.t, &f.network, addr)
	f.servers, f.calls, f.stops = append(f.servers, server(addr, 1)), append(f.calls, calls), append(f.stops, stop)
}

func (f *fleet) stop(n int) {
	for _, stop := range f.stops[:n] {
		stop()
	}
	f.stops = f.stops[n:]
	synctest.Wait()
}

// callsFor makes calls for d, none of which waits for a server, and none fails.
func (f *fleet) callsFor(d time.Duration) {
	f.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		require.NoError(f.t, f.call(grpc.WaitForReady(false)))
	}
}

func TestServersThatAreCutOffFromTheRegistryGoOnBeingCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 6)
		defer func() { f.stop(6) }()
		for i := range f.servers {
			f.list.Lists(f.servers[i+1:]...)
			f.callsFor(time.Second)
		}
		for _, calls := range f.calls {
			calls.Store(0)
		}
		f.callsFor(time.Minute)
		for i, calls := range f.calls {
			require.EqualValues(t, 100, calls.Load(), f.servers[i].ID)
		}
		for i := range f.servers {
			f.list.Lists(f.servers[:i+1]...)
			f.callsFor(time.Second)
		}
	})
}

func TestWhenMostServersDieTheOthersAnswerEveryCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 6)
		f.stop(4)
		defer func() { f.stop(2) }()
		f.callsFor(10 * time.Second) // they are still listed
		f.list.Lists(f.servers[4:]...)
		f.dials.Store(0)
		f.callsFor(4 * time.Minute)
		require.LessOrEqual(t, f.dials.Load(), int64(4*4*60), "each of the dead is dialled again every second or two, and not by the calls")
	})
}

func TestWhenAllServersDieCallsFailUntilOneIsListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3)
		f.stop(3)
		f.list.Lists()
		for range 4 * 60 {
			start := time.Now()
			require.Equal(t, codes.Unavailable, status.Code(f.call(grpc.WaitForReady(false))))
			require.Less(t, time.Since(start), 3*time.Second)
			time.Sleep(time.Second)
		}
		f.start("10.0.0.9:50051")
		defer func() { f.stop(1) }()
		f.list.Lists(f.servers[3:]...)
		synctest.Wait()
		f.callsFor(time.Minute)
	})
}

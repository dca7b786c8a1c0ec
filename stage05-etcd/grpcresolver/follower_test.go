package grpcresolver_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/resolver"

	"example.com/workshop/stage05-etcd/grpcresolver"
	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

// slow is a Discovery whose watch takes a while to end, and one that fails when
// err is set.
type slow struct {
	err    error
	closed chan struct{}
}

func (s *slow) Watch(context.Context, string) (registry.Watcher, error) { return s, nil }
func (s *slow) Next(ctx context.Context) (registry.Snapshot, error) {
	if s.err == nil {
		<-ctx.Done()
		time.Sleep(time.Second)
		return registry.Snapshot{}, ctx.Err()
	}
	return registry.Snapshot{}, s.err
}
func (s *slow) Close() error {
	close(s.closed)
	return nil
}

// broken is a channel that expects its resolver to fail.
type broken struct {
	channel
	errs chan error
}

func (b *broken) ReportError(err error) { b.errs <- err }

func build(t *testing.T, d registry.Discovery, cc resolver.ClientConn) resolver.Resolver {
	t.Helper()
	target := resolver.Target{URL: url.URL{Scheme: "registry", Path: "/Arith"}}
	r, err := grpcresolver.New("registry", d, grpcresolver.Options{}).Build(target, cc, resolver.BuildOptions{})
	require.NoError(t, err)
	return r
}

func TestCloseReturnsWhenTheWatchHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slow{closed: make(chan struct{})}
		cc := &channel{t, make(chan resolver.State, 1)}
		r := build(t, d, cc)
		synctest.Wait()
		start := time.Now()
		r.Close()
		require.Equal(t, time.Second, time.Since(start))
		<-d.closed
		r.Close() // as gRPC does not, but others may
		r.ResolveNow(resolver.ResolveNowOptions{})
		cc.silent()
	})
}

func TestWatchThatFailsForGoodIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slow{errors.New("gone"), make(chan struct{})}
		cc := &broken{channel{t, make(chan resolver.State, 1)}, make(chan error, 10)}
		r := build(t, d, cc)
		<-d.closed
		synctest.Wait()
		require.Len(t, cc.errs, 1)
		require.Equal(t, d.err, <-cc.errs)
		r.ResolveNow(resolver.ResolveNowOptions{})
		r.Close()
		cc.silent()
	})
}

func TestWholeListIsPushedWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := registry.NewStore(registry.Options{Logger: quiet})
		put := func(in registry.Instance) {
			_, err := store.Put(in, "lease of "+in.ID, 0)
			require.NoError(t, err)
		}
		leave := func(addr string) {
			put(server(addr, 0))
			synctest.Wait() // the goodbye has been read
			require.NoError(t, store.Delete("Arith", addr, "lease of "+addr))
		}
		cc := resolve(t, store, grpcresolver.Options{})
		cc.pushes() // known to be empty

		put(server(b, 1))
		cc.pushes(b)
		put(server(a, 1))
		cc.pushes(a, b)

		in := server(a, 1)
		in.Version = "2"
		put(in)
		cc.silent() // nothing that gRPC could see

		leave(b)
		cc.pushes(a)
		leave(a)
		cc.pushes()
	})
}

func TestStaleRegistryTakesNoAddressAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{Hold: -1})
		cc.silent() // unknown is not empty

		d.Shows(registry.Snapshot{Stale: true})
		cc.silent() // nor is this
		d.Lists(server(a, 1), server(b, 1))
		cc.pushes(a, b)
		d.Shows(registry.Snapshot{Instances: []registry.Instance{server(a, 1), server(b, 1)}, Stale: true})
		cc.silent()
		d.Shows(registry.Snapshot{Stale: true})
		cc.silent()
		d.Lists(server(b, 1))
		cc.pushes(b)
		d.Lists()
		cc.pushes()
	})
}

func TestAnotherAddressIsNewsThoughTheWeightIsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Lists(server(a, 1))
		cc.pushes(a)
		d.Lists(server(b, 1))
		cc.pushes(b)
	})
}

func TestOrderOfTheListIsNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Lists(server(b, 1), server(a, 1))
		cc.pushes(a, b)
		d.Lists(server(a, 1), server(b, 1))
		cc.silent()
	})
}

func TestStaleListMayAddAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := registrytest.NewScript()
		cc := resolve(t, d, grpcresolver.Options{})
		d.Shows(registry.Snapshot{Instances: []registry.Instance{server(a, 1)}, Stale: true}) // better than none
		cc.pushes(a)
		d.Shows(registry.Snapshot{Instances: []registry.Instance{server(a, 1), server(b, 1)}, Stale: true}) // b is new, and known to be there
		cc.pushes(a, b)
	})
}

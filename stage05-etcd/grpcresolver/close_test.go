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

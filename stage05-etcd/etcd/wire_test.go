package etcd_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
)

// wire listens to what a client hears of lists and of changes.
type wire struct {
	listed func() // called between the answer with a list and whoever waits for it

	mu      sync.Mutex // guards the fields below
	list    int64      // revision of the latest list
	latest  int64      // revision of the latest change
	changes int
	old     []int64 // revisions of changes that came again, or were in the list
}

func (wi *wire) client(t *testing.T, addr string) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{addr}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(wi.unary), grpc.WithChainStreamInterceptor(wi.stream)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

func (wi *wire) unary(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoke(ctx, method, req, reply, conn, opts...)
	if asked, ok := req.(*pb.RangeRequest); ok && !asked.KeysOnly && err == nil {
		wi.mu.Lock()
		wi.list = reply.(*pb.RangeResponse).Header.Revision
		wi.mu.Unlock()
		wi.listed()
	}
	return err
}

func (wi *wire) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	stream, err := open(ctx, desc, conn, method, opts...)
	return &tapped{stream, wi}, err
}

type tapped struct {
	grpc.ClientStream
	wire *wire
}

func (s *tapped) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	if resp, ok := m.(*pb.WatchResponse); ok && err == nil {
		s.wire.mu.Lock()
		defer s.wire.mu.Unlock()
		for _, event := range resp.Events {
			s.wire.changes++
			if event.Kv.ModRevision <= max(s.wire.list, s.wire.latest) {
				s.wire.old = append(s.wire.old, event.Kv.ModRevision)
			}
			s.wire.latest = max(s.wire.latest, event.Kv.ModRevision)
		}
	}
	return err
}

// patient returns options whose watch is not looked after while a test runs, so
// that what it shows has come by itself.
func patient() etcd.Options {
	opts := options()
	opts.TTL, opts.Check = time.Minute, time.Minute
	return opts
}

// W1: what is written between the list and the watch is not lost.
func TestChangeBetweenListAndWatchIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), patient()
	client, a, b := raw(t, n.Addr()), server("a", "10.0.0.1:1"), server("b", "10.0.0.2:1")
	store(t, client, opts, a)
	var once sync.Once
	wi := &wire{listed: func() { once.Do(func() { store(t, client, opts, b) }) }}
	w := watch(t, etcd.New(wi.client(t, n.Addr()), opts))
	settles(t, w, a, b)
	deleted := time.Now()
	_, err := client.Delete(t.Context(), opts.Prefix+"Arith/1.2.3/b")
	require.NoError(t, err)
	settles(t, w, a)
	require.Less(t, time.Since(deleted), slow*5*time.Second)
	wi.mu.Lock()
	defer wi.mu.Unlock()
	require.Equal(t, 2, wi.changes)
}

// E4: no change comes twice, not after a reconnection either. The node is the
// test's own, so that the list has the revision of the latest change.
func TestNoChangeComesTwice(t *testing.T) {
	t.Parallel()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	opts := patient()
	client, path, a := raw(t, n.Addr()), startProxy(t, n.Addr()), server("a", "10.0.0.1:1")
	for a.Weight = range 3 {
		store(t, client, opts, a)
	}
	wi := &wire{listed: func() {}}
	w := watch(t, etcd.New(wi.client(t, path.addr()), opts))
	settles(t, w, a)
	for a.Weight = range 10 {
		if a.Weight%3 == 0 {
			path.cut()
		}
		store(t, client, opts, a)
		settles(t, w, a)
	}
	wi.mu.Lock()
	defer wi.mu.Unlock()
	require.NotZero(t, wi.changes)
	require.Empty(t, wi.old)
}

package etcd_test

import (
	"cmp"
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
)

// tap listens to what a client hears of lists, of changes and of leases.
type tap struct {
	listed func()      // called between the answer with a list and whoever waits for it; may be nil
	logger *zap.Logger // of the client; nil for none
	ends   bool        // whether every watch is cancelled and every lease lost as soon as it has begun

	mu        sync.Mutex // guards the fields below
	list      int64      // revision of the latest list
	latest    int64      // revision of the latest change
	changes   int
	old       []int64 // revisions of changes that came again, or were in the list
	keptAlive int     // answers to keep-alives
}

func (ta *tap) client(t *testing.T, addr string) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{addr}, Logger: cmp.Or(ta.logger, zap.NewNop()),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(ta.unary), grpc.WithChainStreamInterceptor(ta.stream)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

func (ta *tap) unary(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoke(ctx, method, req, reply, conn, opts...)
	if asked, ok := req.(*pb.RangeRequest); ok && !asked.KeysOnly && err == nil {
		ta.mu.Lock()
		ta.list = reply.(*pb.RangeResponse).Header.Revision
		ta.mu.Unlock()
		if ta.listed != nil {
			ta.listed()
		}
	}
	return err
}

func (ta *tap) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	stream, err := open(ctx, desc, conn, method, opts...)
	return &tapped{stream, ta}, err
}

type tapped struct {
	grpc.ClientStream
	tap *tap
}

func (s *tapped) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	s.tap.mu.Lock()
	defer s.tap.mu.Unlock()
	if resp, ok := m.(*pb.LeaseKeepAliveResponse); ok && err == nil {
		s.tap.keptAlive++
		if s.tap.ends {
			resp.TTL = 0
		}
	}
	if resp, ok := m.(*pb.WatchResponse); ok && err == nil {
		if s.tap.ends {
			resp.Canceled, resp.CancelReason = true, "the test ends it"
		}
		for _, event := range resp.Events {
			s.tap.changes++
			if event.Kv.ModRevision <= max(s.tap.list, s.tap.latest) {
				s.tap.old = append(s.tap.old, event.Kv.ModRevision)
			}
			s.tap.latest = max(s.tap.latest, event.Kv.ModRevision)
		}
	}
	return err
}

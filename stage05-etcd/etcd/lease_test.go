package etcd_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/etcd"
)

// E2: an entry without a lease would stay for ever, so none is put when etcd
// has not granted one.
func TestNothingIsPutWhenNoLeaseIsGranted(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	var refusals atomic.Int64
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{n.Addr()}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
				if strings.HasSuffix(method, "/LeaseGrant") && refusals.Add(1) <= 3 {
					return errors.New("no lease")
				}
				return invoke(ctx, method, req, reply, conn, opts...)
			},
		)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	_, err = etcd.New(client, opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	require.Greater(t, refusals.Load(), int64(3))
	for _, event := range (<-changes).Events {
		require.NotZero(t, event.Kv.Lease, "%s", event.Kv.Key)
	}
}

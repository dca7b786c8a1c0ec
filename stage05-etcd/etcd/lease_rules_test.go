package etcd_test

import (
	"context"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

func TestALostLeaseIsReplacedByOneThatIsKeptAlive(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Verify, opts.Logger = time.Hour, log.Logger()
	client := raw(t, n.Addr()) // of whose connections nobody tells that they are well again, so nothing is verified
	other, err := etcd.New(client, opts).Register(t.Context(), server("b", "10.0.0.2:1"))
	require.NoError(t, err)
	require.NoError(t, other.Deregister(t.Context()))
	opts.TTL = slow * 4 * time.Second
	_, err = etcd.New(client, opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)

	key := opts.Prefix + "Arith/1.2.3/a"
	changes := client.Watch(t.Context(), key)
	next := events(t, changes)
	_, err = client.Revoke(t.Context(), clientv3.LeaseID(lease(t, client, key)))
	require.NoError(t, err)
	require.Equal(t, clientv3.EventTypeDelete, next().Type)
	require.Equal(t, clientv3.EventTypePut, next().Type, "the server is off the list for good")
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "registered again") }, longest, time.Millisecond)
	require.True(t, strings.Contains(log.String(), "the lease is lost: registering again"), "and the log says why")
	for end := time.After(opts.TTL + 2*time.Second); end != nil; {
		select {
		case resp := <-changes:
			for _, event := range resp.Events {
				require.Equal(t, clientv3.EventTypePut, event.Type, "nobody keeps the new lease alive")
			}
		case <-end:
			end = nil
		}
	}
	require.NotRegexp(t, "the lease is lost.*id=b", log.String(), "a registration that was ended has lost nothing")
}

func TestAnIDThatBeginsAsAnotherIsFree(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	r := dial(t, n.Addr(), opts)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	for _, id := range []string{"ab", "a"} {
		_, err := r.Register(ctx, server(id, "10.0.0.1:1"))
		require.NoError(t, err)
	}
}

func TestNoRequestWaitsForEver(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	var mu sync.Mutex
	var asked, unbounded []string // methods
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{n.Addr()}, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
			func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
				mu.Lock()
				defer mu.Unlock()
				asked = append(asked, path.Base(method))
				if _, ok := ctx.Deadline(); !ok {
					unbounded = append(unbounded, path.Base(method))
				}
				return invoke(ctx, method, req, reply, conn, opts...)
			},
		)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	reg, err := etcd.New(client, opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	require.NoError(t, reg.Deregister(context.WithoutCancel(t.Context())))
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, []string{"Range", "LeaseGrant", "Txn", "LeaseRevoke"}, asked, "the claim is read before a lease is asked for")
	require.Empty(t, unbounded, "on a dead path they never end, and nobody else gets the turn")
}

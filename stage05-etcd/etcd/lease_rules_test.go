package etcd_test

import (
	"context"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// It is not parallel, so a wrong TTL is found before the other tests wait for a lease.
func TestALeaseIsGrantedForTheTTL(t *testing.T) {
	n, opts := sharedNode(t), unhurried()
	opts.TTL = 7 * time.Second
	client := raw(t, n.Addr())
	_, err := etcd.New(client, opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	granted, err := client.TimeToLive(t.Context(), clientv3.LeaseID(lease(t, client, opts.Prefix+"Arith/1.2.3/a")))
	require.NoError(t, err)
	require.EqualValues(t, 7, granted.GrantedTTL, "the lease is for Options.TTL, which etcd counts in whole seconds")
}

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

func TestWhoWaitsForAnIDAsksForNoLease(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	first, second := server("a", "10.0.0.1:1"), server("a", "10.0.0.2:1")
	second.Version = "2.0.0" // so that its entry is another one, and only the claim is the same
	_, err := dial(t, n.Addr(), opts).Register(t.Context(), first)
	require.NoError(t, err)
	var asked, more atomic.Int64
	client := intercepted(t, n.Addr(), func(method string, request func() error) error {
		switch method {
		case "Range":
			asked.Add(1)
		case "LeaseGrant", "Txn":
			more.Add(1)
		}
		return request()
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = etcd.New(client, opts).Register(ctx, second)
	require.ErrorContains(t, err, "10.0.0.1:1", "the error is taken's, which names who has the id")
	require.NotZero(t, asked.Load())
	require.Zero(t, more.Load(), "while another one has the claim, grant asks for no lease, and its error keeps enter from writing")
}

func TestALeaseThatIsLostAtOnceIsNotReplacedWithoutAPause(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	_, err := etcd.New((&tap{ends: true}).client(t, n.Addr()), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	const lost = 12 // after which the pauses together are 2.4 s on average
	require.Eventually(t, func() bool { return strings.Count(log.String(), "registered again") >= lost }, longest, time.Millisecond)
	var paused time.Duration // from each loss to what followed it
	var since time.Time
	for line := range strings.Lines(log.String()) {
		stamp, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
		at, err := time.Parse(time.RFC3339Nano, stamp)
		require.NoError(t, err)
		if strings.Contains(line, "registered again") {
			paused += at.Sub(since)
		}
		since = at
	}
	require.Greater(t, paused, 800*time.Millisecond, "before it enters again, keepRegistered waits for the next pause of one backoff")
}

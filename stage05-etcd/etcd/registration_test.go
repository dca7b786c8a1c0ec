package etcd_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

func server(id, addr string) registry.Instance {
	return registry.Instance{Service: "Arith", ID: id, Addr: addr, Network: "tcp", Version: "1.2.3", Weight: 1}
}

// E1: a lease that is lost is no end. Nor is a watch that hears nothing.
func TestServerCutOffForThreeTTLsIsListedAgainWithinOneTTL(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	path := startProxy(t, n.Addr())
	a := server("a", "10.0.0.1:1")
	r := dial(t, path.addr(), opts)
	_, err := r.Register(t.Context(), a)
	require.NoError(t, err)
	cutOff := watch(t, r)
	shows(t, cutOff, a)
	path.swallow(true)
	black := time.Now()
	snap, ok := within(t, cutOff, patience)
	require.True(t, ok && snap.Stale, "%+v", snap)
	w := watch(t, dial(t, n.Addr(), opts))
	settles(t, w)
	quiet(t, w, 3*ttl-time.Since(black))
	b := server("b", "10.0.0.2:1")
	store(t, raw(t, n.Addr()), opts, b)
	shows(t, w, b)
	path.swallow(false)
	healed := time.Now()
	shows(t, w, a, b)
	require.LessOrEqual(t, time.Since(healed), ttl)
	settles(t, cutOff, a, b)
	require.Less(t, time.Since(healed), 2*time.Second)
}

// E1 again: a lease that somebody revokes, and keys that somebody deletes.
func TestServerWhoseLeaseOrEntryIsTakenAwayIsListedAgain(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, r := raw(t, n.Addr()), dial(t, n.Addr(), opts)
	key := opts.Prefix + "Arith/1.2.3/a"
	changes := client.Watch(t.Context(), key)
	next := func() *clientv3.Event { // one at a time, which a watcher of ours might not show
		select {
		case resp := <-changes:
			require.Len(t, resp.Events, 1)
			return resp.Events[0]
		case <-time.After(patience):
			require.Fail(t, "nothing happens")
			return nil
		}
	}
	_, err := r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	lease := clientv3.LeaseID(next().Kv.Lease)
	_, err = client.Revoke(t.Context(), lease)
	require.NoError(t, err)
	require.Equal(t, clientv3.EventTypeDelete, next().Type)
	again := next()
	require.Equal(t, clientv3.EventTypePut, again.Type)
	require.NotEqual(t, lease, clientv3.LeaseID(again.Kv.Lease))
	for _, gone := range []string{key, opts.Prefix} {
		_, err = client.Delete(t.Context(), gone, clientv3.WithPrefix())
		require.NoError(t, err)
		require.Equal(t, clientv3.EventTypeDelete, next().Type)
		require.Equal(t, clientv3.EventTypePut, next().Type)
	}
}

// E2: a fault between grant and put, and everything else, leaves no key that
// would stay for ever.
func TestEveryKeyHangsOnALease(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, path := raw(t, n.Addr()), startProxy(t, n.Addr())
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	r := dial(t, path.addr(), opts)
	ctx, die := context.WithCancel(t.Context())
	defer die()
	_, err := r.Register(ctx, server("before", "10.0.0.1:1")) // whatever comes of the others
	require.NoError(t, err)
	var working sync.WaitGroup
	for i := range 20 {
		working.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*slow*10*time.Millisecond)
			defer cancel()
			in := server(fmt.Sprint(i), "10.0.0.1:1")
			if reg, err := r.Register(ctx, in); err == nil {
				in.Version = "2"
				reg.Update(ctx, in)
			}
		})
	}
	time.AfterFunc(slow*30*time.Millisecond, path.cut)
	time.AfterFunc(slow*100*time.Millisecond, func() { path.swallow(true) })
	working.Wait()
	die()
	puts, there := 0, make(map[string]bool)
	for end := time.After(patience); puts == 0 || len(there) > 0; {
		select {
		case resp := <-changes:
			for _, event := range resp.Events {
				if event.Type == clientv3.EventTypeDelete {
					delete(there, string(event.Kv.Key))
					continue
				}
				require.NotZero(t, event.Kv.Lease, "%s", event.Kv.Key)
				there[string(event.Kv.Key)] = true
				puts++
			}
		case <-end:
			t.Fatalf("after %d puts there still is %v", puts, there)
		}
	}
}

func TestTwoProcessesWithOneIDDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	log := new(safeBuffer)
	first, second := dial(t, n.Addr(), opts), opts
	second.Logger = slog.New(slog.NewTextHandler(log, nil))
	a := server("a", "10.0.0.1:1")
	reg, err := first.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, first)
	shows(t, w, a)

	b := server("a", "10.0.0.2:2")
	b.Version = "2.0.0" // and so another key
	ctx, cancel := context.WithTimeout(t.Context(), ttl)
	defer cancel()
	_, err = dial(t, n.Addr(), second).Register(ctx, b)
	require.ErrorIs(t, err, registry.ErrTaken)
	require.ErrorContains(t, err, "a of Arith is 10.0.0.1:1")
	require.Equal(t, 1, strings.Count(log.String(), "id is taken"), "%s", log)

	registered := make(chan error, 1)
	go func() {
		_, err := dial(t, n.Addr(), second).Register(t.Context(), b)
		registered <- err
	}()
	require.Eventually(t, func() bool { return strings.Count(log.String(), "id is taken") == 2 }, patience, 10*time.Millisecond)
	require.NoError(t, reg.Deregister(t.Context()))
	require.NoError(t, <-registered)
	settles(t, w, b)
	require.Contains(t, log.String(), `msg="it works again"`)
}

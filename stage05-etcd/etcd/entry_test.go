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

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/registry"
)

func TestTwoProcessesWithOneIDDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	a, elsewhere, there := server("a", "10.0.0.1:1"), server("a", "10.0.0.2:2"), server("a", "10.0.0.1:1")
	a.Metadata = map[string]string{"started": "12:00"}
	elsewhere.Version = "2.0.0" // and so another key
	for name, b := range map[string]registry.Instance{"at another address": elsewhere, "at the same address": there} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, opts := sharedNode(t), unhurried()
			holds, waits := new(logtest.Buffer), new(logtest.Buffer)
			first, second := opts, opts
			first.Logger, second.Logger = slog.New(slog.NewTextHandler(holds, nil)), slog.New(slog.NewTextHandler(waits, nil))
			reg, err := dial(t, n.Addr(), first).Register(t.Context(), a)
			require.NoError(t, err)
			w := watch(t, dial(t, n.Addr(), opts))
			shows(t, w, a)

			ctx, cancel := context.WithTimeout(t.Context(), ttl)
			defer cancel()
			_, err = dial(t, n.Addr(), second).Register(ctx, b)
			require.ErrorIs(t, err, registry.ErrTaken)
			require.ErrorContains(t, err, "a of Arith is "+registry.Holder(a, b))
			require.Equal(t, 1, strings.Count(waits.String(), "id is taken"), "%s", waits)

			registered := make(chan error, 1)
			go func() {
				_, err := dial(t, n.Addr(), second).Register(t.Context(), b)
				registered <- err
			}()
			require.Eventually(t, func() bool { return strings.Count(waits.String(), "id is taken") == 2 }, longest, 10*time.Millisecond)
			require.Empty(t, holds.String(), "the two traded the entry")
			require.NoError(t, reg.Deregister(t.Context()))
			require.NoError(t, <-registered)
			settles(t, w, b)
			require.Contains(t, waits.String(), `msg="it works again"`)
		})
	}
}

// E2: a fault between grant and put, and everything else, leaves no key that
// would stay for ever.
func TestEveryKeyHangsOnALease(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	client, path := raw(t, n.Addr()), proxytest.Start(t, n.Addr())
	changes := client.Watch(t.Context(), opts.Prefix, clientv3.WithPrefix())
	r := dial(t, path.Addr(), opts)
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
	time.AfterFunc(slow*30*time.Millisecond, path.Cut)
	time.AfterFunc(slow*100*time.Millisecond, func() { path.Swallow(true) })
	working.Wait()
	die()
	puts, there := 0, make(map[string]bool)
	for end := time.After(longest); puts == 0 || len(there) > 0; {
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

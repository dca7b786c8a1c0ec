package registry_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/internal/logtest"
	"example.com/workshop/stage03-heartbeat/registry"
)

// What a store is made of and asked for changes from stage to stage; the tests
// that use these do not.

func newStore() *registry.Store { return registry.NewStore(registry.Options{Logger: logtest.Quiet()}) }

// sweeping returns a store that sweeps until the test ends.
func sweeping(t *testing.T, opts registry.Options) *registry.Store {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = logtest.Quiet()
	}
	s := registry.NewStore(opts)
	go s.Run(t.Context())
	return s
}

// leaseOf is the lease under which put puts an instance.
func leaseOf(id string) string { return "lease-of-" + id }

// leaseField is what a form says of that lease.
func leaseField(id string) string { return "&lease=" + leaseOf(id) }

// put puts an instance under a lease of its own.
func put(s *registry.Store, in registry.Instance) error {
	_, err := s.Put(in, leaseOf(in.WithDefaults().ID), 0)
	return err
}

// beat renews the lease of an instance that was put.
func beat(s *registry.Store, service, id string) error {
	_, err := s.Beat(service, id, leaseOf(id))
	return err
}

// remove removes an instance that was put.
func remove(s *registry.Store, service, id string) error { return s.Delete(service, id, leaseOf(id)) }

// removeRegistered removes an instance that was registered with this response.
func removeRegistered(s *registry.Store, in registry.Instance, response []byte) error {
	var granted struct{ Lease string }
	if err := json.Unmarshal(response, &granted); err != nil {
		return err
	}
	return s.Delete(in.Service, in.ID, granted.Lease)
}

// whileLocked runs do, which calls method, while s is locked, and returns what do does
// after that. The method must wait; the test fails if it does not.
func whileLocked(t *testing.T, s *registry.Store, method string, do func() error) error {
	t.Helper()
	done := make(chan error, 1)
	s.Locked(func() {
		go func() { done <- do() }()
		for !waitsForLock(method) {
			require.Zero(t, len(done), "trap R1: it did not lock the store")
			runtime.Gosched()
		}
	})
	return <-done
}

// waitsForLock reports whether a goroutine that runs a function waits for a mutex.
func waitsForLock(function string) bool {
	stacks := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if state, _, _ := strings.Cut(stack, "\n"); strings.Contains(state, "sync.Mutex.Lock") && strings.Contains(stack, function) {
			return true
		}
	}
	return false
}

// evictions is a log handler that notes when each instance was evicted.
type evictions struct {
	mu sync.Mutex // guards the field below
	at map[string]time.Time
}

func (e *evictions) Enabled(context.Context, slog.Level) bool { return true }

func (e *evictions) WithAttrs([]slog.Attr) slog.Handler { return e }

func (e *evictions) WithGroup(string) slog.Handler { return e }

func (e *evictions) Handle(_ context.Context, r slog.Record) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "id" && r.Message == "evicted" {
			e.at[a.Value.String()] = time.Now()
		}
		return true
	})
	return nil
}

// of returns when id was evicted.
func (e *evictions) of(id string) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.at[id]
}

// fleet is a number of instances that beat three times per TTL, each at a
// moment of its own, until it is killed.
type fleet struct {
	store *registry.Store
	kill  []context.CancelFunc
}

func newFleet(t *testing.T, s *registry.Store, n int) *fleet {
	f := &fleet{store: s}
	for i := range n {
		ctx, kill := context.WithCancel(t.Context())
		f.kill = append(f.kill, kill)
		go f.run(ctx, fmt.Sprintf("i%03d", i), ttl/3*time.Duration(i)/time.Duration(n))
	}
	time.Sleep(ttl)
	require.Len(t, s.Instances("Arith"), n)
	return f
}

func (f *fleet) run(ctx context.Context, id string, offset time.Duration) {
	time.Sleep(offset)
	f.store.Put(instance("Arith", id, "127.0.0.1:1"), id, ttl)
	beats := time.NewTicker(ttl / 3)
	defer beats.Stop()
	for {
		select {
		case <-beats.C:
			f.store.Beat("Arith", id, id)
		case <-ctx.Done():
			return
		}
	}
}

// killAll kills the first n at once.
func (f *fleet) killAll(n int) {
	for _, kill := range f.kill[:n] {
		kill()
	}
}

// listed returns how many instances the store lists.
func (f *fleet) listed() int { return len(f.store.Instances("Arith")) }

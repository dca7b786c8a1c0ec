package registry_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// asked is a context that counts how often somebody begins to wait for its end.
type asked struct {
	context.Context
	times *atomic.Int64
}

func (a asked) Done() <-chan struct{} {
	a.times.Add(1)
	return a.Context.Done()
}

// waitForAbsent has n watchers wait for services of different names that have no
// instances, and returns how often one has begun to wait.
func waitForAbsent(tb testing.TB, s *registry.Store, n int) *atomic.Int64 {
	ctx, stop := context.WithCancel(context.Background())
	waits, began := new(atomic.Int64), make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		w, err := s.Watch(ctx, fmt.Sprint("Absent", i))
		require.NoError(tb, err)
		all.Go(func() {
			w.Next(ctx) // that there are none
			began <- struct{}{}
			w.Next(asked{ctx, waits})
		})
	}
	for range n {
		<-began
	}
	tb.Cleanup(func() {
		stop()
		all.Wait()
	})
	return waits
}

// Of 1,000 watchers of absent services 4 share the state of a new one on average, and
// 40 with a probability below 1e-25.
func TestANewServiceWakesOnlyWhoWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		waits := waitForAbsent(t, s, 1000)
		synctest.Wait()
		require.EqualValues(t, 1000, waits.Load())
		require.NoError(t, put(s, instance("New", "a", "127.0.0.1:1")))
		synctest.Wait()
		require.Less(t, waits.Load(), int64(1040))
	})
}

// BenchmarkNewService has a service come and go, and its watcher see it, while 9,000 others
// wait for services that have no instances.
func BenchmarkNewService(b *testing.B) {
	s := newStore()
	waitForAbsent(b, s, 9000)
	w, err := s.Watch(b.Context(), "New")
	require.NoError(b, err)
	seen := func() {
		_, err := w.Next(b.Context())
		require.NoError(b, err)
	}
	seen()
	arrived := make(chan struct{})
	for b.Loop() {
		go func() { seen(); arrived <- struct{}{} }()
		runtime.Gosched()
		require.NoError(b, put(s, instance("New", "a", "127.0.0.1:1")))
		<-arrived
		require.NoError(b, remove(s, "New", "a"))
		seen()
	}
}

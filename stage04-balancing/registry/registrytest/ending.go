package registrytest

import (
	"context"
	"runtime"
	"time"

	"github.com/stretchr/testify/require"
)

var ending = []check{
	{name: "ends Next with its context", run: nextContext},
	{name: "ends Next with the watch's context", run: watchContext},
	{name: "ends Next by Close", run: closed},
}

func nextContext(h harness) {
	w := h.watch("Arith")
	ctx, cancel := context.WithCancel(h.Context())
	cancel()
	for range 1000 { // these cost nothing and do not slow the next call
		_, err := w.Next(ctx)
		require.ErrorIs(h, err, context.Canceled)
	}
	began := time.Now()
	h.shows(w)
	require.Less(h, time.Since(began), h.TTL)
	h.quiet(w, h.TTL/4) // its Next ends by a deadline
	h.register(server("Arith", "a"))
	h.shows(w, server("Arith", "a"))
}

func watchContext(h harness) {
	ctx, cancel := context.WithCancel(h.Context())
	defer cancel()
	w, err := h.Discovery.Watch(ctx, "Arith")
	require.NoError(h, err)
	h.shows(w)
	time.AfterFunc(h.TTL/4, cancel)
	require.ErrorIs(h, h.ended(w), context.Canceled)
	require.NoError(h, w.Close())
}

func closed(h harness) {
	w := h.watch("Arith")
	h.shows(w)
	time.AfterFunc(h.TTL/4, func() { w.Close() })
	h.ended(w)
	h.ended(w) // it stays ended
	require.NoError(h, w.Close(), "again")
}

// leavesNothing ends watches in every way, and registrations.
func leavesNothing(h harness) {
	before := runtime.NumGoroutine()
	for i := range 50 {
		r := h.register(server("Arith", "a"))
		ctx, cancel := context.WithCancel(h.Context())
		w, err := h.Discovery.Watch(ctx, "Arith")
		require.NoError(h, err)
		h.settles(w, server("Arith", "a"))
		time.AfterFunc(time.Millisecond, []func(){cancel, func() { w.Close() }}[i%2])
		h.ended(w)
		cancel()
		require.NoError(h, r.Deregister(h.Context()))
	}
	for end := time.Now().Add(checkTimeout); runtime.NumGoroutine() > before+20; time.Sleep(time.Millisecond) {
		require.Less(h, time.Now(), end, "%d goroutines, %d before", runtime.NumGoroutine(), before)
	}
}

package registrytest

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

var watching = []check{
	{name: "answers for a service that nobody has registered", run: unknownService},
	{name: "misses nothing between two calls of Next", run: betweenCalls},
	{name: "misses nothing while a watch begins", run: whileBeginning},
	{name: "misses nothing when Next is cancelled", run: cancelledNext},
	{name: "skips what is out of date for a slow reader", run: slowReader},
	{name: "tells every watcher", run: everyWatcher},
	{name: "ends Next with its context", run: nextContext},
	{name: "ends Next with the watch's context", run: watchContext},
	{name: "ends Next by Close", run: closed},
}

func unknownService(h harness) {
	w := h.watch("Arith")
	h.shows(w)
	h.register(server("Arith", "a"))
	h.shows(w, server("Arith", "a"))
}

func betweenCalls(h harness) {
	w := h.watch("Arith")
	h.shows(w)
	var all []registry.Instance
	for i := range 5 {
		all = append(all, server("Arith", fmt.Sprint(i)))
		h.register(all[i])
		h.shows(w, all...)
	}
}

func whileBeginning(h harness) {
	in := server("Arith", "a")
	r := h.register(in)
	for weight := range 30 {
		in.Weight = weight
		updated := make(chan error, 1)
		go func() { updated <- r.Update(h.Context(), in) }()
		w := h.watch("Arith")
		h.settles(w, in)
		require.NoError(h, <-updated)
		require.NoError(h, w.Close())
	}
}

func cancelledNext(h harness) {
	in := server("Arith", "a")
	r := h.register(in)
	w := h.watch("Arith")
	h.shows(w, in)
	for weight := range 50 {
		in.Weight = 1 + weight // so that each is new
		ctx, cancel := context.WithCancel(h.Context())
		updated := make(chan error, 1)
		go func() {
			updated <- r.Update(h.Context(), in)
			cancel()
		}()
		snap, err := w.Next(ctx) // either of both may come first
		require.NoError(h, <-updated)
		if err != nil {
			require.ErrorIs(h, err, context.Canceled)
			snap = h.next(w)
		}
		h.equal(snap, in)
	}
}

func slowReader(h harness) {
	in := server("Arith", "a")
	r := h.register(in)
	w := h.watch("Arith")
	h.shows(w, in)
	for weight := range 100 {
		in.Weight = weight
		require.NoError(h, r.Update(h.Context(), in))
	}
	time.Sleep(h.TTL / 2) // the reader is busy, and all that was sent has arrived
	h.shows(w, in)
	h.quiet(w, h.TTL/4)
}

func everyWatcher(h harness) {
	watchers := []registry.Watcher{h.watch("Arith"), h.watch("Arith"), h.watch("Arith")}
	for _, w := range watchers {
		h.shows(w)
	}
	h.register(server("Arith", "a"))
	for _, w := range watchers {
		h.shows(w, server("Arith", "a"))
	}
	require.NoError(h, watchers[0].Close())
	h.register(server("Arith", "b"))
	for _, w := range watchers[1:] {
		h.shows(w, server("Arith", "a"), server("Arith", "b"))
	}
}

func nextContext(h harness) {
	w := h.watch("Arith")
	ctx, cancel := context.WithCancel(h.Context())
	cancel()
	for range 1000 { // costs nothing, and the next call is none the slower for it
		_, err := w.Next(ctx)
		require.ErrorIs(h, err, context.Canceled)
	}
	began := time.Now()
	h.shows(w)
	require.Less(h, time.Since(began), h.TTL)
	h.quiet(w, h.TTL/4) // which ends by a deadline
	h.register(server("Arith", "a"))
	h.shows(w, server("Arith", "a"))
}

func watchContext(h harness) {
	ctx, cancel := context.WithTimeout(h.Context(), h.TTL/4)
	defer cancel()
	w, err := h.Discovery.Watch(ctx, "Arith")
	require.NoError(h, err)
	h.shows(w)
	_, err = w.Next(h.Context())
	require.ErrorIs(h, err, context.DeadlineExceeded)
	require.NoError(h, w.Close())
}

func closed(h harness) {
	w := h.watch("Arith")
	h.shows(w)
	time.AfterFunc(h.TTL/4, func() { w.Close() })
	_, err := w.Next(h.Context())
	require.Error(h, err)
	_, err = w.Next(h.Context())
	require.Error(h, err, "after Close")
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
		_, err = w.Next(h.Context())
		require.Error(h, err)
		cancel()
		require.NoError(h, r.Deregister(h.Context()))
	}
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before+20; time.Sleep(time.Millisecond) {
		require.Less(h, time.Now(), end, "%d goroutines, %d before", runtime.NumGoroutine(), before)
	}
}

package registrytest

import (
	"context"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

var watching = []check{
	{name: "answers for a service that nobody has registered", run: unknownService},
	{name: "misses nothing between two calls of Next", run: betweenCalls},
	{name: "misses nothing while a watch begins", run: whileBeginning},
	{name: "misses nothing when Next is cancelled", run: cancelledNext},
	{name: "skips what is out of date for a slow reader", run: slowReader},
	{name: "tells every watcher", run: everyWatcher},
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
		in.Weight = 1 + weight // so that each entry is new
		ctx, cancel := context.WithCancel(h.Context())
		updated := make(chan error, 1)
		go func() {
			updated <- r.Update(h.Context(), in)
			cancel()
		}()
		snap, err := w.Next(ctx) // the update or the snapshot may come first
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
	w, quick := h.watch("Arith"), h.watch("Arith")
	h.shows(w, in)
	for weight := range 100 {
		in.Weight = weight
		require.NoError(h, r.Update(h.Context(), in))
	}
	h.settles(quick, in)  // this takes long on a slow machine
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

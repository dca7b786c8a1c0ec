package registrytest

import (
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

var leaving = []check{
	{name: "keeps an instance for as long as its context lives", run: keeps},
	{name: "drops an instance a TTL after its context has ended", run: contextEnds},
	{name: "drops a deregistered instance at once", run: deregister},
	{name: "lets an instance register again", run: comesBack},
	{name: "lets nothing bring back a deregistered instance", run: noResurrection},
	{name: "lets no update overtake a deregistration", run: lateUpdate},
}

func keeps(h harness) {
	h.register(server("Arith", "a"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"))
	h.quiet(w, 3*h.TTL)
}

func contextEnds(h harness) {
	h.register(server("Arith", "alive"))
	r, die := h.mortal(server("Arith", "dead"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "alive"), server("Arith", "dead"))
	died := time.Now()
	die()
	h.shows(w, server("Arith", "alive"))
	require.LessOrEqual(h, time.Since(died), h.TTL+h.Grace)
	require.ErrorIs(h, r.Update(h.Context(), server("Arith", "dead")), registry.ErrNotFound)
	h.quiet(w, h.TTL/4)
}

func deregister(h harness) {
	a, b := h.register(server("Arith", "a")), h.register(server("Arith", "b"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"), server("Arith", "b"))
	left := time.Now()
	require.NoError(h, a.Deregister(h.Context()))
	h.shows(w, server("Arith", "b"))
	require.Less(h, time.Since(left), h.TTL)
	require.NoError(h, a.Deregister(h.Context()), "again")
	require.NoError(h, b.Deregister(h.Context()))
	h.shows(w) // the list is known to be empty, and is neither stale nor an error
}

func comesBack(h harness) {
	w := h.watch("Arith")
	h.shows(w)
	for weight := range 3 {
		in := with(server("Arith", "a"), weight)
		r := h.register(in)
		h.shows(w, in)
		require.NoError(h, r.Deregister(h.Context()))
		h.shows(w)
	}
}

func noResurrection(h harness) {
	r := h.register(server("Arith", "a"))
	h.register(server("Arith", "b"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"), server("Arith", "b"))
	require.NoError(h, r.Deregister(h.Context()))
	require.ErrorIs(h, r.Update(h.Context(), with(server("Arith", "a"), 1)), registry.ErrNotFound)
	h.shows(w, server("Arith", "b"))
	h.quiet(w, 3*h.TTL) // long enough for a beat
	require.ErrorIs(h, r.Update(h.Context(), with(server("Arith", "a"), 2)), registry.ErrNotFound)
	require.NoError(h, r.Deregister(h.Context()))
	h.quiet(w, h.TTL/4)
}

func lateUpdate(h harness) {
	for range 20 {
		r := h.register(server("Arith", "a"))
		var updates sync.WaitGroup
		for weight := range 3 {
			updates.Go(func() { r.Update(h.Context(), with(server("Arith", "a"), weight)) })
		}
		require.NoError(h, r.Deregister(h.Context()))
		updates.Wait()
	}
	w := h.watch("Arith")
	h.shows(w)
	h.quiet(w, h.TTL/4)
}

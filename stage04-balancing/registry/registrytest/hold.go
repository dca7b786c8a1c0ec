package registrytest

import (
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

// holding checks registry.Hold around the system's Discovery.
var holding = []check{
	{name: "holds who vanishes without a goodbye, until it is listed again", run: holdsVanished},
	{name: "holds nobody who has said goodbye", run: holdsNoGoodbye},
	{name: "ends holding by itself", run: holdingEnds},
	{"holds whom an outage has cost the lease, and nobody while it lasts", holdsThroughOutage, outage},
	{"holds everybody through a restart, until listed again", holdsThroughRestart, restart},
}

// hold returns a harness whose Discovery holds for d, or for the default time if d is 0.
func (h harness) hold(d time.Duration) harness {
	h.Discovery = registry.Hold(h.Discovery, registry.HoldOptions{For: d})
	return h
}

func holdsVanished(h harness) {
	h = h.hold(0)
	a, b, c := server("Arith", "a"), server("Arith", "b"), server("Arith", "c")
	_, dieA := h.mortal(a)
	_, dieB := h.mortal(b)
	h.register(c)
	w := h.watch("Arith")
	h.holds(w, these(a, b, c), nil)
	dieA()
	dieB()
	h.comesToHold(w, these(c), these(a, b))
	moved := with(server("Arith", "b"), 1)
	moved.Addr = "10.0.0.2:1234"
	h.register(moved)
	h.holds(w, these(moved, c), these(a)) // a is held although most are back
	h.quiet(w, 2*h.TTL)
	h.register(a)
	h.holds(w, these(a, moved, c), nil)
}

func holdsNoGoodbye(h harness) {
	h = h.hold(0)
	a, standby := server("Arith", "a"), with(server("Arith", "standby"), 0)
	leaving := h.register(a)
	_, die := h.mortal(standby)
	w := h.watch("Arith")
	h.holds(w, these(a, standby), nil)
	require.NoError(h, leaving.Update(h.Context(), with(a, 0)))
	h.holds(w, these(with(a, 0), standby), nil)
	require.NoError(h, leaving.Deregister(h.Context()))
	h.holds(w, these(standby), nil)
	die() // an instance of weight 0 takes no calls and is not held
	h.holds(w, nil, nil)
}

func holdingEnds(h harness) {
	h = h.hold(h.TTL)
	_, die := h.mortal(server("Arith", "dead"))
	w := h.watch("Arith")
	h.holds(w, these(server("Arith", "dead")), nil)
	die()
	h.holds(w, nil, these(server("Arith", "dead")))
	vanished := time.Now()
	h.shows(w)
	require.InDelta(h, h.TTL, time.Since(vanished), float64(h.TTL/4))
	h.quiet(w, h.TTL)
}

func holdsThroughOutage(h harness) {
	h = h.hold(0)
	all := these(server("Arith", "a"), server("Arith", "b"))
	for _, in := range all {
		h.register(in)
	}
	w := h.watch("Arith")
	h.holds(w, all, nil)
	h.Outage(true)
	last := h.next(w)
	require.True(h, last.Stale)
	require.Empty(h, cmp.Diff(last.Instances, all))
	require.Empty(h, last.Held)
	h.quiet(w, 3*h.TTL)
	h.Outage(false)
	h.comesToHold(w, all, nil)
}

func holdsThroughRestart(h harness) {
	h = h.hold(0)
	alive, dead := these(server("Arith", "a"), server("Arith", "b")), server("Arith", "dead")
	for _, in := range alive {
		h.register(in)
	}
	_, die := h.mortal(dead)
	w := h.watch("Arith")
	h.holds(w, append(alive, dead), nil)
	die()
	h.Restart()
	h.comesToHold(w, alive, these(dead))
	h.quiet(w, 2*h.TTL)
}

// these returns a list that is the caller's own.
func these(instances ...registry.Instance) []registry.Instance { return instances }

// holds fails unless the next snapshot is fresh and has exactly these lists.
func (h harness) holds(w registry.Watcher, listed, held []registry.Instance) {
	h.Helper()
	snap := h.next(w)
	h.equal(snap, listed...)
	require.Empty(h, cmp.Diff(list(snap.Held), list(held)), "held: got -, want +")
}

// comesToHold reads until a snapshot is fresh and has exactly these lists. In no snapshot
// before that may one of these instances be missing, or be in both lists.
func (h harness) comesToHold(w registry.Watcher, listed, held []registry.Instance) {
	h.Helper()
	want := ids(registry.Snapshot{Instances: slices.Concat(listed, held)})
	for range 1000 {
		snap := h.next(w)
		got := ids(registry.Snapshot{Instances: slices.Concat(snap.Instances, snap.Held)})
		require.ElementsMatch(h, want, got, "%+v", snap)
		if !snap.Stale && cmp.Equal(snap.Instances, list(listed)) && cmp.Equal(list(snap.Held), list(held)) {
			return
		}
	}
	require.Fail(h, "it does not come to this", "listed: %+v\nheld: %+v", listed, held)
}

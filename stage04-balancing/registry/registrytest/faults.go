package registrytest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

func outage(s System) bool  { return s.Outage != nil }
func restart(s System) bool { return s.Restart != nil }
func poison(s System) bool  { return s.Poison != nil }

var faults = []check{
	{"waits with the first snapshot until the registry has answered", firstAnswer, outage},
	{"registers once the registry is there", registersLate, outage},
	{"shows the last list as stale, once, while the registry is away", stale, outage},
	{"registers again after an outage of three TTLs", longOutage, outage},
	{"lists the living again within a beat of a restart, and not the dead", restarts, restart},
	{"leaves out a malformed entry", poisoned, poison},
}

func firstAnswer(h harness) {
	h.register(server("Arith", "a"))
	h.Outage(true)
	w := h.watch("Arith")
	h.quiet(w, h.TTL/4)
	h.Outage(false)
	h.settles(w, server("Arith", "a"))
}

func registersLate(h harness) {
	h.Outage(true)
	ctx, cancel := context.WithTimeout(h.Context(), h.TTL/4)
	defer cancel()
	_, err := h.Registrar.Register(ctx, server("Arith", "a"))
	require.Error(h, err)
	require.Error(h, ctx.Err(), "it gave up too soon: %v", err)
	_, err = h.Registrar.Register(h.Context(), with(server("Arith", "a"), -1))
	h.fieldError(err, "weight") // this needs no registry

	time.AfterFunc(h.TTL/4, func() { h.Outage(false) })
	h.register(server("Arith", "b"))
	h.settles(h.watch("Arith"), server("Arith", "b"))
}

func stale(h harness) {
	h.register(server("Arith", "a"))
	h.register(server("Arith", "b"))
	w := h.watch("Arith")
	fresh := h.next(w)
	h.equal(fresh, server("Arith", "a"), server("Arith", "b"))
	h.Outage(true)
	last := h.next(w)
	require.True(h, last.Stale)
	last.Stale = false
	h.equal(last, fresh.Instances...)
	h.quiet(w, h.TTL/6) // too short for a lease to run out
	h.Outage(false)
	h.settles(w, fresh.Instances...)
}

func longOutage(h harness) {
	h.register(server("Arith", "a"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"))
	h.Outage(true)
	require.True(h, h.next(w).Stale)
	h.quiet(w, 3*h.TTL)
	back := time.Now()
	h.Outage(false)
	h.settles(w, server("Arith", "a"))
	require.LessOrEqual(h, time.Since(back), h.TTL+h.Grace)
}

func restarts(h harness) {
	alive := []registry.Instance{server("Arith", "a"), server("Arith", "b")}
	for _, in := range alive {
		h.register(in)
	}
	_, die := h.mortal(server("Arith", "dead"))
	w := h.watch("Arith")
	h.shows(w, append(alive, server("Arith", "dead"))...)
	die()
	h.Restart()
	restarted := time.Now()
	h.settles(w, alive...)
	require.LessOrEqual(h, time.Since(restarted), h.TTL/3*11/10+h.Grace)
	h.quiet(w, 2*h.TTL)
	h.register(server("Arith", "c"))
	h.shows(w, append(alive, server("Arith", "c"))...)
}

func poisoned(h harness) {
	h.register(server("Arith", "a"))
	w := h.watch("Arith")
	h.shows(w, server("Arith", "a"))
	h.Poison("Arith")
	h.register(server("Arith", "b"))
	both := []registry.Instance{server("Arith", "a"), server("Arith", "b")}
	h.shows(w, both...)
	h.shows(h.watch("Arith"), both...)
}

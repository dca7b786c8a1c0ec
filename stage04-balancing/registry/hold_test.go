package registry_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

// holdTime is how long an instance is held by default.
const holdTime = 5 * time.Minute

// held is a Watcher that holds, around one that the test writes.
type held struct {
	t *testing.T
	*registrytest.Script
	watcher registry.Watcher
}

// inHold runs a test in virtual time.
func inHold(t *testing.T, opts registry.HoldOptions, test func(h held)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		script := registrytest.NewScript()
		w, err := registry.Hold(script, opts).Watch(t.Context(), "Arith")
		require.NoError(t, err)
		test(held{t, script, w})
	})
}

// ariths returns instances of weight 1, whose ids are the words of list.
func ariths(list string) (instances []registry.Instance) {
	for _, id := range strings.Fields(list) {
		instances = append(instances, instance("Arith", id, "127.0.0.1:1"))
	}
	return instances
}

// lists makes the list have these ids and no others.
func (h held) lists(ids string) { h.Lists(ariths(ids)...) }

// shows fails unless the next snapshot comes at once and has exactly these ids.
func (h held) shows(listed, held string) registry.Snapshot {
	h.t.Helper()
	return h.showsAfter(0, listed, held)
}

// showsAfter fails unless the next snapshot comes after d and has exactly these
// ids.
func (h held) showsAfter(d time.Duration, listed, held string) registry.Snapshot {
	h.t.Helper()
	snap, took := next(h.t, h.watcher)
	require.Empty(h.t, cmp.Diff([2]string{listed, held}, [2]string{ids(snap), ids(registry.Snapshot{Instances: snap.Held})}))
	require.Equal(h.t, d, took)
	return snap
}

func TestWhoVanishesIsHeldUntilItIsListedAgain(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		h.lists("a b c d")
		h.shows("a b c d", "")
		h.lists("a b c")
		h.shows("a b c", "d")
		h.lists("b")
		h.shows("b", "a c d")
		h.lists("b d") // and the others stay, though d is back
		h.shows("b d", "a c")
		h.lists("")
		h.shows("", "a b c d")
		moved := instance("Arith", "c", "127.0.0.1:2")
		h.Lists(moved)
		snap := h.shows("c", "a b d")
		require.Empty(h.t, cmp.Diff([]registry.Instance{moved}, snap.Instances))
		h.lists("a b c d e")
		h.shows("a b c d e", "")
		noneFor(h.t, h.watcher, 2*holdTime)
	})
}

func TestWhoWasLastSeenWithWeightZeroIsNotHeld(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		leaving, standby := instance("Arith", "a", "127.0.0.1:1"), instance("Arith", "s", "127.0.0.1:1")
		standby.Weight = 0
		h.Lists(leaving, standby)
		h.shows("a s", "")
		leaving.Weight = 0
		h.Lists(leaving, standby)
		h.shows("a s", "")
		h.lists("")
		h.shows("", "")

		h.lists("a")
		h.shows("a", "")
		h.lists("")
		h.shows("", "a")
		h.Lists(leaving) // it is back, to say goodbye
		h.shows("a", "")
		h.lists("")
		h.shows("", "")
		noneFor(h.t, h.watcher, 2*holdTime)
	})
}

func TestWhoIsHeldIsAsItWasLastListed(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		in := instance("Arith", "a", "127.0.0.1:1")
		h.Lists(in)
		h.shows("a", "")
		in.Weight, in.Addr = 7, "127.0.0.1:2"
		h.Lists(in)
		h.shows("a", "")
		h.lists("b")
		first := h.shows("b", "a")
		require.Empty(h.t, cmp.Diff([]registry.Instance{in}, first.Held))
		h.lists("")
		h.shows("", "a b")
		require.Empty(h.t, cmp.Diff([]registry.Instance{in}, first.Held), "a snapshot stays as it was returned")
	})
}

func TestHoldingEndsByTimeWithASnapshotOfItsOwn(t *testing.T) {
	for name, opts := range map[string]registry.HoldOptions{"default": {}, "a minute": {For: time.Minute}} {
		t.Run(name, func(t *testing.T) {
			inHold(t, opts, func(h held) {
				whole := max(opts.For, time.Minute)
				if opts.For == 0 {
					whole = holdTime
				}
				h.lists("a b c d")
				h.shows("a b c d", "")
				h.lists("b c d")
				h.shows("b c d", "a")
				noneFor(h.t, h.watcher, whole/2)
				h.lists("d")
				h.shows("d", "a b c")
				h.showsAfter(whole/2, "d", "b c")
				h.showsAfter(whole/2, "d", "")
				noneFor(h.t, h.watcher, 2*whole)
			})
		})
	}
}

func TestHoldingLastsWhileAnInstanceAnswers(t *testing.T) {
	answered := map[string]time.Time{}
	opts := registry.HoldOptions{Answered: func(id string) time.Time { return answered[id] }}
	inHold(t, opts, func(h held) {
		h.lists("a b")
		h.shows("a b", "")
		answered["a"] = time.Now()
		time.Sleep(time.Minute)
		h.lists("")
		h.shows("", "a b") // the answer from before it vanished takes nothing off its time
		noneFor(h.t, h.watcher, 4*time.Minute)
		answered["a"] = time.Now()
		h.showsAfter(time.Minute, "", "a")
		h.showsAfter(4*time.Minute, "", "")
	})
}

func TestHoldingEndsThoughTheListKeepsChanging(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		h.lists("a b")
		h.shows("a b", "")
		h.lists("b")
		h.shows("b", "a")
		for range holdTime / (2 * time.Second) {
			time.Sleep(time.Second)
			h.lists("b c")
			h.shows("b c", "a")
			time.Sleep(time.Second - 1)
			h.lists("b")
			h.shows("b", "a c")
			time.Sleep(1)
		}
		h.shows("b", "c")
	})
}

func TestAStaleSnapshotTakesNobodyAway(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		h.lists("a b c")
		h.shows("a b c", "")
		h.lists("a b")
		h.shows("a b", "c")
		h.Shows(registry.Snapshot{Instances: ariths("a b"), Stale: true})
		require.True(h.t, h.shows("a b", "c").Stale)
		h.Shows(registry.Snapshot{Instances: ariths("d"), Stale: true})
		require.True(h.t, h.shows("a b d", "c").Stale)
		released := h.showsAfter(holdTime, "a b d", "")
		require.True(h.t, released.Stale)
		h.lists("d")
		require.False(h.t, h.shows("d", "a b").Stale)
	})
}

func TestANextThatEndsWithItsContextLosesNothingHeld(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		ended, cancel := context.WithCancel(h.t.Context())
		cancel()
		gaveUp := func() {
			_, err := h.watcher.Next(ended)
			require.ErrorIs(h.t, err, context.Canceled)
		}
		gaveUp()
		h.lists("a b")
		h.shows("a b", "")
		h.lists("b")
		h.shows("b", "a")
		gaveUp()
		noneFor(h.t, h.watcher, holdTime-1)
		time.Sleep(time.Second) // the end of a's holding passes while nobody waits
		gaveUp()
		h.shows("b", "")

		h.lists("a b")
		h.shows("a b", "")
		h.lists("b")
		h.shows("b", "a")
		noneFor(h.t, h.watcher, holdTime-1)
		time.AfterFunc(1, func() { h.lists("") }) // a snapshot, the end of a's holding and a deadline at once
		ctx, cancel := context.WithTimeout(h.t.Context(), 1)
		defer cancel()
		snap, err := h.watcher.Next(ctx)
		time.Sleep(1)
		for ids(registry.Snapshot{Instances: snap.Held}) != "b" || err != nil || len(snap.Instances) > 0 {
			ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute)
			defer cancel()
			snap, err = h.watcher.Next(ctx)
			require.NoError(h.t, err, "the list without b, or the end of a's holding, was lost")
		}
	})
}

func TestAWatchThatEndsIsNoEndOfHolding(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		h.lists("a")
		h.shows("a", "")
		h.lists("")
		h.shows("", "a")
		gone := errors.New("gone")
		h.Fails(gone)
		_, err := h.watcher.Next(h.t.Context())
		require.Equal(h.t, gone, err)
		require.NoError(h.t, h.watcher.Close())
	})
}

func TestNobodyIsHeldForANegativeTime(t *testing.T) {
	inHold(t, registry.HoldOptions{For: -1}, func(h held) {
		h.lists("a b")
		h.shows("a b", "")
		h.lists("b")
		h.shows("b", "")
	})
}

// TestADiscoveryThatHoldsIsADiscovery plays every check of a registry around
// Hold.
func TestADiscoveryThatHoldsIsADiscovery(t *testing.T) {
	opts := registry.Options{TTL: 3 * time.Second, Sweep: time.Second}
	registrytest.Run(t, synctest.Test, func(t *testing.T) registrytest.System {
		s := sweeping(t, opts)
		return registrytest.System{Registrar: s, Discovery: registry.Hold(s, registry.HoldOptions{}), TTL: opts.TTL, Grace: opts.Sweep}
	})
}

package registry_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
	"example.com/workshop/stage05-etcd/registry/registrytest"
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

func TestTheListsOfTheOtherDiscoveryStayAsTheyAre(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		h.lists("a b c")
		h.shows("a b c", "")
		shared := ariths("d c e")[:2]
		h.Shows(registry.Snapshot{Instances: shared, Stale: true})
		h.shows("a b c d", "")
		require.Empty(h.t, cmp.Diff(ariths("d c e"), shared[:3]))
	})
}

func TestNoMoreAreHeldThanCanBeListed(t *testing.T) {
	inHold(t, registry.HoldOptions{}, func(h held) {
		const lists, each = 3, registry.MaxServiceInstances / 2
		var last registry.Snapshot
		for n := range lists + 1 {
			instances := make([]registry.Instance, each)
			for i := range instances {
				instances[i] = registry.Instance{ID: fmt.Sprintf("%d-%d", n, i), Weight: 1}
			}
			h.Lists(instances...)
			last, _ = next(h.t, h.watcher)
		}
		require.Len(h.t, last.Held, registry.MaxServiceInstances)
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

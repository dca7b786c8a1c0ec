package registry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

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
				before := h.shows("d", "a b c")
				h.showsAfter(whole/2, "d", "b c")
				h.showsAfter(whole/2, "d", "")
				noneFor(h.t, h.watcher, 2*whole)
				require.Empty(h.t, cmp.Diff(ariths("a b c"), before.Held), "a snapshot stays as it was returned")
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
			time.Sleep(time.Nanosecond)
		}
		h.shows("b", "c")
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
		time.Sleep(time.Nanosecond)
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

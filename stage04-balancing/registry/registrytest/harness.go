package registrytest

import (
	"context"
	"maps"
	"time"

	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

// checkTimeout is how long a check waits for something that must come. Only a failing
// check waits that long, so it may be long.
const checkTimeout = time.Minute

// harness is what a check works with: its test and its system.
type harness struct {
	*testing.T
	System
}

// server returns an instance with every field set.
func server(service, id string) registry.Instance {
	return registry.Instance{
		Service: service, ID: id, Addr: "10.0.0.1:1234", Network: "http", Version: "1.2.3",
		Weight: 7, Metadata: map[string]string{"zone": "west", "note": "two words, <quoted> & ünïcödé"},
	}
}

// with returns in with another weight.
func with(in registry.Instance, weight int) registry.Instance {
	in.Weight = weight
	in.Metadata = maps.Clone(in.Metadata)
	return in
}

// register registers in until the check ends.
func (h harness) register(in registry.Instance) registry.Registration {
	h.Helper()
	r, _ := h.mortal(in)
	return r
}

// mortal registers in until die is called, as if its process died.
func (h harness) mortal(in registry.Instance) (r registry.Registration, die func()) {
	h.Helper()
	ctx, die := context.WithCancel(h.Context())
	r, err := h.Registrar.Register(ctx, in)
	require.NoError(h, err)
	return r, die
}

// watch watches a service until the check ends.
func (h harness) watch(service string) registry.Watcher {
	h.Helper()
	w, err := h.Discovery.Watch(h.Context(), service)
	require.NoError(h, err)
	h.Cleanup(func() { w.Close() })
	return w
}

// next returns the next snapshot.
func (h harness) next(w registry.Watcher) registry.Snapshot {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), checkTimeout)
	defer cancel()
	snap, err := w.Next(ctx)
	require.NoError(h, err)
	return snap
}

// shows fails unless the next snapshot is fresh and has exactly want.
func (h harness) shows(w registry.Watcher, want ...registry.Instance) {
	h.Helper()
	h.equal(h.next(w), want...)
}

// settles reads until a snapshot is fresh and has exactly want, and returns all snapshots
// that it read.
func (h harness) settles(w registry.Watcher, want ...registry.Instance) []registry.Snapshot {
	h.Helper()
	var all []registry.Snapshot
	for end := time.Now().Add(checkTimeout); ; {
		all = append(all, h.next(w))
		if last := all[len(all)-1]; !last.Stale && cmp.Equal(last.Instances, list(want)) {
			return all
		} else if time.Now().After(end) {
			h.equal(last, want...)
		}
	}
}

// quiet fails if there is another snapshot within d.
func (h harness) quiet(w registry.Watcher, d time.Duration) {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), d)
	defer cancel()
	snap, err := w.Next(ctx)
	require.ErrorIs(h, err, context.DeadlineExceeded, "snapshot: %+v", snap)
}

// ended returns the error of a watch that ends by itself.
func (h harness) ended(w registry.Watcher) error {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), checkTimeout)
	defer cancel()
	snap, err := w.Next(ctx)
	require.Error(h, err, "snapshot: %+v", snap)
	require.NoError(h, ctx.Err(), "it goes on")
	return err
}

func (h harness) equal(got registry.Snapshot, want ...registry.Instance) {
	h.Helper()
	require.Empty(h, cmp.Diff(got.Instances, list(want)), "got -, want +")
	require.False(h, got.Stale, "stale")
}

// list turns a nil list into an empty one, because a Snapshot promises an empty list.
func list(want []registry.Instance) []registry.Instance {
	return append([]registry.Instance{}, want...)
}

func ids(snap registry.Snapshot) []string {
	var ids []string
	for _, in := range snap.Instances {
		ids = append(ids, in.ID)
	}
	return ids
}

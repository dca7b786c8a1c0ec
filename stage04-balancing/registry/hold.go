package registry

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// HoldOptions change how Hold works. Zero values mean the defaults.
type HoldOptions struct {
	// For is how long an instance is held after it vanished, or after it last answered,
	// whichever is later; default 5 min. If For is negative, no instance is held.
	For time.Duration
	// Answered returns when an instance last answered a call, or the zero time if it
	// never did. It may be called from any goroutine. Nil means that none ever answered.
	Answered func(id string) time.Time
}

// Hold returns a Discovery that adds to d's snapshots, in Snapshot.Held, the instances
// that vanished from the list without a goodbye. Those were last listed with a weight
// above 0. Dead servers vanish so, and living ones that are cut off from the registry.
// Hold cannot tell which, but a client with a connection to the server can.
//
// Holding an instance ends when an instance with its id is listed again, or when its time
// is over; Next returns a snapshot then. It does not end because other instances came
// back, as it would with one threshold for all of them (Envoy's panic mode, Nacos).
func Hold(d Discovery, opts HoldOptions) Discovery {
	if opts.For < 0 {
		return d
	}
	opts.For = cmp.Or(opts.For, 5*time.Minute)
	if opts.Answered == nil {
		opts.Answered = func(string) time.Time { return time.Time{} }
	}
	return &holder{discovery: d, opts: opts}
}

type holder struct {
	discovery Discovery
	opts      HoldOptions
}

func (h *holder) Watch(ctx context.Context, service string) (Watcher, error) {
	w, err := h.discovery.Watch(ctx, service)
	if err != nil {
		return nil, err
	}
	return &holdWatcher{inner: w, opts: h.opts, held: make(map[string]vanished)}, nil
}

// holdWatcher works inside Next, so it needs no goroutine.
type holdWatcher struct {
	inner Watcher
	opts  HoldOptions
	last  Snapshot            // the latest snapshot of inner, with Held
	held  map[string]vanished // the instances in last.Held, by id
	due   time.Time           // when the first of them is released, unless it answers before
}

// vanished is an instance that is no longer listed.
type vanished struct {
	instance Instance  // as it was last listed
	since    time.Time // when it vanished
}

// Next waits for inner until the first holding ends. It may set a deadline for inner's
// Next because a Next that ends with its context loses nothing.
func (w *holdWatcher) Next(ctx context.Context) (Snapshot, error) {
	for {
		waiting, cancel := ctx, func() {}
		if len(w.held) > 0 {
			waiting, cancel = context.WithDeadline(ctx, w.due)
		}
		next, err := w.inner.Next(waiting)
		due := waiting.Err() != nil
		cancel()
		switch {
		case err == nil:
			w.update(next)
			return w.last, nil
		case ctx.Err() != nil:
			return Snapshot{}, ctx.Err()
		case !due:
			return Snapshot{}, err // the watch has ended with it
		case w.release():
			return w.last, nil
		}
	}
}

func (w *holdWatcher) Close() error { return w.inner.Close() }

// update makes next the latest snapshot. An instance that next lists is no longer held.
// An instance that was listed and is missing from next is held from now on, unless its
// weight was 0. If next is stale, such an instance stays on the list instead. At most
// MaxServiceInstances are held, so that a list of other ids each time does not fill the
// memory. The latest snapshot gets a list of its own, sorted by id, because next's is
// shared. Then update calls release, which sets Held.
func (w *holdWatcher) update(next Snapshot) {
	listed := make(map[string]bool, len(next.Instances))
	for _, in := range next.Instances {
		listed[in.ID] = true
		delete(w.held, in.ID)
	}
	next.Instances = slices.Clone(next.Instances) // the list is shared
	for _, in := range w.last.Instances {
		if !listed[in.ID] && next.Stale {
			next.Instances = append(next.Instances, in)
		} else if !listed[in.ID] && in.Weight > 0 && len(w.held) < MaxServiceInstances {
			w.held[in.ID] = vanished{instance: in, since: time.Now()}
		}
	}
	slices.SortFunc(next.Instances, byID)
	w.last = next
	w.release()
}

// release ends the holding of the instances whose time is over, and reports whether there
// were any. It sets last.Held, to a new list, and due.
func (w *holdWatcher) release() bool {
	before, now := len(w.held), time.Now()
	w.last.Held, w.due = nil, now.Add(w.opts.For)
	for id, v := range w.held {
		end := v.since.Add(w.opts.For)
		if answered := w.opts.Answered(id); answered.After(v.since) {
			end = answered.Add(w.opts.For)
		}
		if !end.After(now) {
			delete(w.held, id)
			continue
		}
		w.last.Held = append(w.last.Held, v.instance)
		if end.Before(w.due) {
			w.due = end
		}
	}
	slices.SortFunc(w.last.Held, byID)
	return len(w.held) < before
}

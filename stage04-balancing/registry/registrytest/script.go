package registrytest

import (
	"context"

	"example.com/workshop/stage04-balancing/registry"
)

// Script is a Discovery with one watcher, which returns what a test sets. It keeps a
// Watcher's promises: the latest state wins, and a Next that ends with its context loses
// nothing.
type Script struct{ next chan result }

type result struct {
	snap registry.Snapshot
	err  error
}

// NewScript returns a Script whose first Next waits.
func NewScript() *Script { return &Script{make(chan result, 1)} }

// Lists makes a fresh snapshot of instances the watcher's next one. It replaces a
// snapshot that has not been read.
func (s *Script) Lists(instances ...registry.Instance) {
	s.Shows(registry.Snapshot{Instances: instances})
}

// Shows makes snap the watcher's next snapshot, as Lists does.
func (s *Script) Shows(snap registry.Snapshot) { s.set(result{snap: snap}) }

// Fails makes Next return err once, as at the end of a watch.
func (s *Script) Fails(err error) { s.set(result{err: err}) }

func (s *Script) set(r result) {
	select {
	case <-s.next:
	default:
	}
	s.next <- r
}

// Watch implements registry.Discovery.
func (s *Script) Watch(context.Context, string) (registry.Watcher, error) { return s, nil }

// Next implements registry.Watcher.
func (s *Script) Next(ctx context.Context) (registry.Snapshot, error) {
	select {
	case r := <-s.next:
		return r.snap, r.err
	case <-ctx.Done():
		return registry.Snapshot{}, ctx.Err()
	}
}

// Close implements registry.Watcher, and does nothing.
func (s *Script) Close() error { return nil }

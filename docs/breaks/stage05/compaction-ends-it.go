//go:build ignore

// Break: A watch that ends, by compaction or for another reason, begins again where it was, and
// the list is read once only.
// Invariant: I3
// Seen: etcd has compacted what the client missed in an outage. The watch fails again and again,
// nothing reports it, and the client keeps the addresses of that day for ever.
// From: etcd's own gRPC resolver (naming/resolver), whose watch ends after a compaction
// File: etcd/follow.go
// Package tests: ./etcd

package etcd

func (w *watcher) follow() {
	defer w.stop()
	due := w.registry.verifications(w.life)
	var pauses backoff
	for w.life.Err() == nil {
		if w.synced.IsZero() {
			if _, err := w.read(); err != nil {
				w.failed(err)
				pauses.wait(w.life)
				continue
			}
		}
		w.watch(w.revision+1, due)
		pauses.wait(w.life)
	}
}

//go:build ignore

// Break: A registry that does not answer is taken for one that lists no instances.
// Invariant: I2
// Seen: The registry is restarted, and for that moment no call works anywhere, although every
// server is healthy.
// From: resolvers that return the zero value with an error that is ignored; grpc-go closes
// its connections when it is given no addresses
// File: registry/client_watch.go
// Package tests: ./registry

package registry

func (w *watcher) failed(err error) Snapshot {
	w.failures++
	w.limiter.delay(rand.N(min(minPause<<min(w.failures, 10), maxPause)))
	w.revision = 0
	return Snapshot{Service: w.service, Synced: time.Now()}
}

package etcd

import (
	"cmp"
	"context"
	"errors"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

var errEnded = errors.New("the watch has ended")

// follow keeps the list up to date until life ends. It reads the list (read) and watches
// for changes from the revision after it (watch). It starts again, after a pause, when
// the list cannot be read or the watch ends: by compaction, a lost leader, cancellation
// or a silent connection. It calls failed only if the list cannot be read, since after a
// watch the list may be unchanged. The pauses are those of a backoff, which starts again
// after a watch that lasted longer than half of Options.Verify. All watches get the same
// verifications. When follow returns, it has called stop.
func (w *watcher) follow() {
	defer w.stop()
	due := w.registry.verifications(w.life)
	var pauses backoff
	for w.life.Err() == nil {
		revision, err := w.read()
		if err != nil {
			w.failed(err)
		} else {
			began := time.Now()
			err = w.watch(revision+1, due)
			w.log.Debug("reading the list again", "err", err)
			if time.Since(began) > w.registry.opts.Verify/2 {
				pauses = backoff{}
			}
		}
		pauses.wait(w.life)
	}
}

// failed makes the list stale until it has been read again.
func (w *watcher) failed(err error) {
	if w.life.Err() != nil {
		return
	}
	if !w.stale {
		w.log.Warn("the list cannot be read: keeping the last one", "err", err)
	}
	w.update(func() { w.stale = true })
}

// watch applies changes from a revision on until it cannot any more, and returns why:
// errEnded if the channel was closed, or the error of begin, apply or verify. The watch
// requires a leader (clientv3.WithRequireLeader), since a node without one would keep it
// open and silent. When a verification is due, watch verifies that it has missed nothing,
// if everything is to be verified or no change waits to be applied: over a dead
// connection it would be as silent as for a service without changes. It ends with life.
func (w *watcher) watch(from int64, due <-chan extent) error {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(w.life))
	defer cancel()
	changes, err := w.begin(ctx, cancel, from)
	if err != nil {
		return err
	}
	for {
		select {
		case resp, ok := <-changes:
			if !ok {
				return errEnded
			}
			if err := w.apply(resp); err != nil {
				return err
			}
		case what := <-due:
			if what == everything || len(changes) == 0 {
				if err := w.verify(what); err != nil {
					return err
				}
			}
		}
	}
}

// begin starts a watch that lasts until ctx ends. The client waits until etcd confirms
// it; cancel ends that wait after Options.Timeout.
func (w *watcher) begin(ctx context.Context, cancel func(), from int64) (changes clientv3.WatchChan, err error) {
	err = w.registry.do(ctx, func(_ context.Context, client *clientv3.Client) error {
		late := time.AfterFunc(w.registry.opts.Timeout, cancel)
		changes = client.Watch(ctx, w.registry.servicePrefix(w.service), clientv3.WithPrefix(), clientv3.WithRev(from))
		if !late.Stop() {
			return context.DeadlineExceeded
		}
		return nil
	})
	return changes, err
}

// apply applies the changes of a response. Its error is the response's, such as
// compaction, outgrown's, or errMissed if another etcd sent it; then the list stays as it
// was. It decodes and logs before it makes Next wait.
func (w *watcher) apply(resp clientv3.WatchResponse) error {
	if err := cmp.Or(resp.Err(), w.outgrown(resp.Events)); err != nil {
		return err
	}
	if w.beganAnew(resp.Header) {
		return errMissed
	}
	entries := make([]entry, len(resp.Events))
	for i, event := range resp.Events {
		if event.Type != clientv3.EventTypeDelete {
			entries[i] = w.entry(event.Kv)
		}
	}
	w.update(func() {
		for i, event := range resp.Events {
			if key := string(event.Kv.Key); event.Type == clientv3.EventTypeDelete {
				delete(w.entries, key)
			} else {
				w.entries[key] = entries[i]
			}
		}
		w.revision, w.synced = resp.Header.GetRevision(), time.Now()
	})
	return nil
}

package etcd

import (
	"context"
	"errors"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

var errEnded = errors.New("the watch has ended")

// follow keeps the list true until life ends: it reads the list, watches for
// changes from the revision after it, and begins again, after a pause, when
// anything stops it: compaction, a lost leader, cancellation, a path that went
// silent. A list that cannot be read has failed; a watch that ended has not,
// for the list may be as it was. The pauses are those of a backoff, which
// begins anew after a watch that has lasted for half of Options.Verify. All
// watches have the same verifications. When follow returns, it has called stop.
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

// failed makes the list stale, until it has been read again.
func (w *watcher) failed(err error) {
	if w.life.Err() != nil {
		return
	}
	if !w.stale {
		w.log.Warn("the list cannot be read: keeping the last one", "err", err)
	}
	w.update(func() { w.stale = true })
}

// watch takes over changes from a revision on, until it cannot any more, and returns
// why: errEnded if the channel was closed, or the error of begin, apply or verify.
// The watch requires a leader (clientv3.WithRequireLeader), or else a node without one
// would keep it open and silent. Whenever a verification is due it verifies that it has
// missed nothing, if everything is to be verified or no change waits to be applied, for a
// watch over a dead path is as silent as one over a service that rests. It ends with life.
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

// begin starts a watch, which lasts until ctx ends. The client waits for etcd to
// confirm it, so cancel ends that after Options.Timeout.
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

// apply takes over changes, unless the response is an error, such as compaction, or of another
// etcd: errMissed. It decodes, and logs, before it keeps Next waiting, and returns tooMany's error.
func (w *watcher) apply(resp clientv3.WatchResponse) error {
	if err := resp.Err(); err != nil {
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
		w.revision, w.synced = resp.Header.Revision, time.Now()
	})
	return w.tooMany(len(w.entries))
}

package etcd

import (
	"context"
	"errors"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

var (
	errEnded  = errors.New("the watch has ended")
	errMissed = errors.New("the watch has missed a change")
)

// follow keeps the list true until the watch ends: it reads the list, watches
// for changes from the revision after it, and begins again when anything stops
// it: compaction, a lost leader, cancellation, a path that went silent.
func (w *watcher) follow() {
	defer w.stop()
	var pauses backOff
	for w.life.Err() == nil {
		revision, err := w.read()
		if err != nil {
			w.failed(err)
		} else {
			began := time.Now()
			err = w.watch(revision + 1)
			w.log.Debug("reading the list again", "err", err)
			if time.Since(began) > w.opts.Check/2 {
				pauses = backOff{}
			}
		}
		pauses.pause(w.life)
	}
}

// failed makes the list stale, until it has been read again.
func (w *watcher) failed(err error) {
	if w.life.Err() != nil {
		return
	}
	w.mu.Lock()
	was := w.stale
	w.mu.Unlock()
	if !was {
		w.log.Warn("etcd does not answer: keeping the last list", "err", err)
	}
	w.update(func() { w.stale = true })
}

// watch takes over changes from a revision on, until it cannot any more, and
// returns why. From time to time it looks at whether it has missed any, for a
// watch over a dead path is as silent as one over a service that rests.
func (w *watcher) watch(from int64) error {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(w.life))
	defer cancel()
	changes, err := w.begin(ctx, cancel, from)
	if err != nil {
		return err
	}
	check := time.NewTimer(jitter(w.opts.Check))
	defer check.Stop()
	for {
		select {
		case resp, ok := <-changes:
			if !ok {
				return errEnded
			}
			if err := resp.Err(); err != nil {
				return err
			}
			w.apply(resp)
		case <-check.C:
			if len(changes) == 0 { // or else it is alive, and the look would see what is in there
				if err := w.check(); err != nil {
					return err
				}
			}
			check.Reset(jitter(w.opts.Check))
		}
	}
}

// begin starts a watch. The client waits for etcd to confirm it, so it is
// given a deadline.
func (w *watcher) begin(ctx context.Context, cancel func(), from int64) (changes clientv3.WatchChan, err error) {
	err = w.ask(ctx, func(_ context.Context, client *clientv3.Client) error {
		late := time.AfterFunc(w.opts.Timeout, cancel)
		changes = client.Watch(ctx, w.servicePrefix(w.service), clientv3.WithPrefix(), clientv3.WithRev(from))
		if !late.Stop() {
			return context.DeadlineExceeded
		}
		return nil
	})
	return changes, err
}

// apply takes over changes. It decodes, and logs, before it holds up Next; only
// follow changes the list, and so may read it.
func (w *watcher) apply(resp clientv3.WatchResponse) {
	entries := make([]entry, len(resp.Events))
	for i, event := range resp.Events {
		if event.Type != clientv3.EventTypeDelete {
			entries[i] = w.entry(event.Kv, w.list.entries)
		}
	}
	w.update(func() {
		for i, event := range resp.Events {
			if key := string(event.Kv.Key); event.Type == clientv3.EventTypeDelete {
				w.list.remove(key)
			} else {
				w.list.put(key, entries[i])
			}
		}
		w.revision, w.synced = uint64(resp.Header.Revision), time.Now()
	})
}

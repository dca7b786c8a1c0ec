package etcd

import (
	"errors"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// errTooMany is the error of a list with too many entries, which is not taken over: the
// last one stays in use. Whoever may write to etcd can make entries until etcd is full,
// and each takes six KiB of memory in every client that follows them.
var errTooMany = errors.New("too many entries")

// tooMany returns errTooMany if entries is above Options.MaxInstances.
func (w *watcher) tooMany(entries int) error {
	if most := w.registry.opts.MaxInstances; entries > most {
		return fmt.Errorf("%w: %d, more than %d", errTooMany, entries, most)
	}
	return nil
}

// outgrown is tooMany for the list and what events add to it. It counts a key that is
// deleted again, too: after an error the list is read again, and that counts exactly.
func (w *watcher) outgrown(events []*clientv3.Event) error {
	entries := len(w.entries)
	for _, event := range events {
		if _, known := w.entries[string(event.Kv.Key)]; !known && event.Type != clientv3.EventTypeDelete {
			entries++
		}
	}
	return w.tooMany(entries)
}

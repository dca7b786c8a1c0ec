package etcd

import (
	"errors"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// errTooMany is why a list is not taken over any more, so that the last one serves on.
// Whoever may write to etcd can make entries until that is full, and each takes six KiB of
// a client that follows them.
var errTooMany = errors.New("too many entries")

// tooMany returns errTooMany if there are more entries than Options.MaxInstances.
func (w *watcher) tooMany(entries int) error {
	if most := w.registry.opts.MaxInstances; entries > most {
		return fmt.Errorf("%w: %d, more than %d", errTooMany, entries, most)
	}
	return nil
}

// counted is tooMany for those that an answer tells of, if there is one.
func (w *watcher) counted(resp *clientv3.GetResponse) error {
	if resp == nil {
		return nil
	}
	return w.tooMany(int(resp.Count))
}

package etcd

import (
	"errors"
	"fmt"
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

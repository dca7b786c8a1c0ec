package etcd

import (
	"errors"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

var errMissed = errors.New("the watch has missed a change")

// verify asks etcd for the number of entries, and for the latest or all of them. If the
// list agrees, the watch has missed nothing; otherwise verify returns errMissed. If etcd
// does not answer, it returns that error.
func (w *watcher) verify(what extent) error {
	var opts []clientv3.OpOption
	if what == theLatest {
		opts = clientv3.WithLastRev()
	}
	resp, err := w.get(opts...)
	if err != nil {
		return err // the list is not stale yet: one slow response is no outage, and follow reads it again
	}
	if int(resp.Count) != len(w.entries) || w.beganAnew(resp.Header) {
		return errMissed
	}
	var latest int64
	for _, kv := range resp.Kvs {
		latest = max(latest, kv.ModRevision)
		if e := w.entries[string(kv.Key)]; !e.isOf(kv) || e.revision != kv.ModRevision {
			return errMissed
		}
	}
	for _, e := range w.entries {
		if e.revision > latest {
			return errMissed
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.synced = time.Now()
	return nil
}

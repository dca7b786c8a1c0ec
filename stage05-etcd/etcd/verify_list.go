package etcd

import (
	"errors"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

var errMissed = errors.New("the watch has missed a change")

// verify asks etcd how many entries there are, and for the latest or all of them.
// If the list has the same, the watch has missed nothing; if not, verify returns
// errMissed. An etcd that does not answer is an error too.
func (w *watcher) verify(what extent) error {
	var opts []clientv3.OpOption
	if what == theLatest {
		opts = clientv3.WithLastRev()
	}
	resp, err := w.get(opts...)
	if err != nil {
		return err // one slow answer makes no outage: what matters is whether the list can be read
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

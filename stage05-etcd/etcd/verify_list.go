package etcd

import (
	"errors"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

var errMissed = errors.New("the watch has missed a change")

// verify asks etcd how many entries there are and for the revision of the
// latest. If the list has the same, the watch has missed nothing; if not, verify
// returns errMissed. An etcd that does not answer is an error too.
func (w *watcher) verify() error {
	resp, err := w.get(append(clientv3.WithLastRev(), clientv3.WithKeysOnly())...)
	if err != nil {
		return err // one slow answer makes no outage: what matters is whether the list can be read
	}
	var there, here int64
	for _, kv := range resp.Kvs {
		there = kv.ModRevision
	}
	for _, e := range w.entries {
		here = max(here, e.revision)
	}
	if int(resp.Count) != len(w.entries) || there != here || w.beganAnew(resp.Header) {
		return errMissed
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.synced = time.Now()
	return nil
}

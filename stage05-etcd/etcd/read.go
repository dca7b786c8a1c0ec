package etcd

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// read replaces the list by what etcd has, and returns the revision of that. An
// etcd whose revision goes back has lost its data, and the servers that live
// register again: those who have not yet are kept for a TTL, and the list is
// stale while there are any.
func (w *watcher) read() (int64, error) {
	var resp *clientv3.GetResponse
	err := w.ask(w.life, func(ctx context.Context, client *clientv3.Client) (err error) {
		resp, err = client.Get(ctx, w.servicePrefix(w.service), clientv3.WithPrefix())
		return err
	})
	if err != nil {
		return 0, err
	}
	w.mu.Lock()
	was, known, revision := w.stale, w.list.entries, w.revision
	w.mu.Unlock()
	if uint64(resp.Header.Revision) < revision {
		w.lost = time.Now()
		w.log.Warn("etcd has lost its data: keeping for a TTL who is not listed again")
		known = forgotten(known)
	}
	var now list
	for _, kv := range resp.Kvs {
		now.put(string(kv.Key), w.entry(kv, known))
	}
	if time.Since(w.lost) < w.opts.TTL {
		for key, e := range known {
			if _, listed := now.entries[key]; !listed {
				now.put(key, e)
			}
		}
	}
	stale := len(now.entries) > len(resp.Kvs)
	w.update(func() {
		w.list, w.revision, w.synced, w.stale = now, uint64(resp.Header.Revision), time.Now(), stale
	})
	if was && !stale {
		w.log.Info("etcd answers again")
	}
	return resp.Header.Revision, nil
}

// forgotten returns entries without their revisions, which mean nothing to an
// etcd that has begun anew.
func forgotten(known map[string]entry) map[string]entry {
	kept := make(map[string]entry, len(known))
	for key, e := range known {
		e.revision = 0
		kept[key] = e
	}
	return kept
}

// entry decodes an entry. One that is malformed is kept apart, and goes into
// the log unless it is known.
func (w *watcher) entry(kv *mvccpb.KeyValue, known map[string]entry) entry {
	if old, ok := known[string(kv.Key)]; ok && old.revision == kv.ModRevision {
		return old
	}
	in, err := w.decode(w.service, kv)
	if err != nil {
		w.log.Warn("a malformed entry is left out", "key", string(kv.Key), "value", fmt.Sprintf("%.200q", kv.Value), "err", err)
	}
	return entry{in: in, revision: kv.ModRevision, bad: err != nil}
}

// check asks for how many entries there are and for the revision of the
// latest. If the list has the same, the watch has missed nothing. A stale list
// is one that has more than etcd: it is read again.
func (w *watcher) check() error {
	var resp *clientv3.GetResponse
	err := w.ask(w.life, func(ctx context.Context, client *clientv3.Client) (err error) {
		resp, err = client.Get(ctx, w.servicePrefix(w.service), append(clientv3.WithLastRev(), clientv3.WithKeysOnly())...)
		return err
	})
	if err != nil {
		return err // one slow answer makes no outage: what matters is whether the list can be read
	}
	var latest int64
	for _, kv := range resp.Kvs {
		latest = kv.ModRevision
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stale || int(resp.Count) != len(w.list.entries) || latest != w.list.latest() {
		return errMissed
	}
	w.synced = time.Now()
	return nil
}

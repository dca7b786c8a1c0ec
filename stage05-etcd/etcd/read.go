package etcd

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// read replaces the list by what etcd has, and returns the revision of that.
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
	was, known := w.stale, w.list.entries
	w.mu.Unlock()
	var now list
	for _, kv := range resp.Kvs {
		now.put(string(kv.Key), w.entry(kv, known))
	}
	w.update(func() {
		w.list, w.revision, w.synced, w.stale = now, uint64(resp.Header.Revision), time.Now(), false
	})
	if was {
		w.log.Info("etcd answers again")
	}
	return resp.Header.Revision, nil
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
// latest. If the list has the same, the watch has missed nothing.
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
	if int(resp.Count) != len(w.list.entries) || latest != w.list.latest() {
		return errMissed
	}
	w.synced = time.Now()
	return nil
}

package etcd

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/registry"
)

// entry is the value of one key.
type entry struct {
	text     string // as etcd has it
	revision int64  // of its latest change
	instance registry.Instance
	bad      bool // the text is no instance
}

// read replaces the list by etcd's, and returns the revision of etcd's.
func (w *watcher) read() (int64, error) {
	resp, err := w.get()
	if err != nil {
		return 0, err
	}
	if w.beganAnew(resp.Header) {
		w.log.Warn("etcd has lost its data, or is another one: taking over what it has")
	}
	entries := make(map[string]entry, len(resp.Kvs))
	for _, kv := range resp.Kvs {
		entries[string(kv.Key)] = w.entry(kv)
	}
	if w.stale {
		w.log.Info("the list can be read again")
	}
	w.update(func() {
		w.entries, w.cluster, w.stale = entries, resp.Header.GetClusterId(), false
		w.revision, w.synced = resp.Header.GetRevision(), time.Now()
	})
	return resp.Header.GetRevision(), nil
}

func (w *watcher) get(opts ...clientv3.OpOption) (resp *clientv3.GetResponse, err error) {
	err = w.registry.do(w.life, func(ctx context.Context, client *clientv3.Client) (err error) {
		resp, err = client.Get(ctx, w.registry.servicePrefix(w.service), append(opts, clientv3.WithPrefix())...)
		if err != nil {
			return err
		}
		return w.tooMany(int(resp.Count))
	})
	return resp, err
}

// sorted returns the instances of entries, by id. Of two with one id, which only keys
// written by hand can have, it keeps the one whose key comes first.
func sorted(entries map[string]entry) []registry.Instance {
	all := make([]registry.Instance, 0, len(entries))
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if e := entries[key]; !e.bad {
			all = append(all, e.instance)
		}
	}
	slices.SortStableFunc(all, func(a, b registry.Instance) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b registry.Instance) bool { return a.ID == b.ID })
}

package etcd

import "go.etcd.io/etcd/api/v3/etcdserverpb"

// beganAnew reports whether a response comes from another etcd than the list: from
// another cluster, or from one whose revisions have gone back. A watch that waits for
// changes of the old etcd hears of none of the new one.
func (w *watcher) beganAnew(header *etcdserverpb.ResponseHeader) bool {
	return !w.synced.IsZero() && (header.GetClusterId() != w.cluster || header.GetRevision() < w.revision)
}

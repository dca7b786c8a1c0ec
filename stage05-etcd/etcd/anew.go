package etcd

import "go.etcd.io/etcd/api/v3/etcdserverpb"

// beganAnew reports whether an answer is of another etcd than the list: of
// another cluster, or of one whose revisions have gone back. Nobody is told of
// its changes who waits for those of the old one.
func (w *watcher) beganAnew(header *etcdserverpb.ResponseHeader) bool {
	return !w.synced.IsZero() && (header.ClusterId != w.cluster || header.Revision < w.revision)
}

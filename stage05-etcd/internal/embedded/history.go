package embedded

import (
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// keepHistory is how long the history of a key is kept. By default etcd keeps all of it,
// and takes no more writes at 2 GiB. A watch that was cut off for longer reads the list
// again.
const keepHistory = 5 * time.Minute

// compact makes the node drop the history that is older than keep.
func compact(config *embed.Config, keep time.Duration) {
	config.AutoCompactionMode, config.AutoCompactionRetention = embed.CompactorModePeriodic, keep.String()
}

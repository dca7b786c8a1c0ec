package embedded_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestHistoryIsDroppedWhenItIsOldEnough(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.Compact = time.Second
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	client := etcdtest.Client(t, mtls.Files{}, n.Addr())
	first, err := client.Put(t.Context(), "k", "v")
	require.NoError(t, err)
	require.Eventually(t, func() bool { // or else the node is full one day
		_, err := client.Put(t.Context(), "k", "w") // nothing is dropped while nothing is written
		require.NoError(t, err)
		_, err = client.Get(t.Context(), "k", clientv3.WithRev(first.Header.Revision))
		return errors.Is(err, rpctypes.ErrCompacted)
	}, 30*time.Second, 50*time.Millisecond)
}

package embedded_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestClosedNodeLeavesNoFileAndNoGoroutine(t *testing.T) {
	_, ofNode, ofClient := certstest.New(t)
	for name, files := range map[string]struct{ node, client mtls.Files }{
		"in the clear": {},
		"TLS":          {ofNode, ofClient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			before := goleak.IgnoreCurrent()
			opts := embedded.Quick()
			opts.TLS = files.node
			n, err := embedded.Start(t.Context(), opts)
			require.NoError(t, err)
			client := etcdtest.Client(t, files.client, n.Addr())
			_, err = client.Put(t.Context(), "k", "v")
			require.NoError(t, err)
			<-client.Watch(t.Context(), "k", clientv3.WithRev(1)) // is a stream that is open, and stays so
			began := time.Now()
			require.NoError(t, n.Close())
			require.Less(t, time.Since(began), 5*time.Second, "which is how long etcd waits for streams that are open")
			require.NoError(t, n.Close(), "again")
			left, err := os.ReadDir(os.TempDir())
			require.NoError(t, err)
			require.Empty(t, left)
			require.NoError(t, client.Close())
			require.NoError(t, goleak.Find(before))
		})
	}
}

func TestANodeThatStopsByItselfSaysSo(t *testing.T) {
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	defer n.Close()
	ended, end := context.WithCancel(t.Context())
	end()
	require.NoError(t, n.Wait(ended), "it runs")
	go n.Server.Stop() // as it does when its cluster removes it
	require.EqualError(t, n.Wait(t.Context()), "etcd "+n.Addr()+" has stopped by itself")
}

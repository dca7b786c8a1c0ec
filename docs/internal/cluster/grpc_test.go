package cluster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/stages"
)

func TestOverGRPCCallersReachWhatTheRegistryLists(t *testing.T) {
	t.Parallel()
	for _, proxied := range []bool{false, true} {
		proxies, group := new(proxy.Group), proc.NewGroup(5*time.Second)
		t.Cleanup(func() {
			require.NoError(t, group.Close())
			proxies.Close()
		})
		bin := t.TempDir()
		require.NoError(t, fakestage.Install(bin, fakestage.Options{Second: 100 * time.Millisecond}))
		opts := cluster.Options{
			Stage: stages.Stage{Offers: stages.Offers{Registry: true, GRPC: true}}, Bin: bin, Servers: 2, GRPC: true,
		}
		if proxied {
			opts.Proxies = proxies
		}
		c, err := cluster.Start(t.Context(), group, opts)
		require.NoError(t, err)
		listed, err := c.List(t.Context())
		require.NoError(t, err)
		require.Equal(t, addrs(c, "A", "B"), listed)
		requireServed(t, c, listed[:1])

		a := c.Servers()[0]
		before := a.Addr
		require.NoError(t, c.Restart(t.Context(), a))
		require.Equal(t, before, a.Addr)
		requireServed(t, c, addrs(c, "B")) // who left comes last on the list of the fakes
	}
}

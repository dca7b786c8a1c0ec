package client_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

func TestAnUpdateOfOneAmongAThousandLeavesTheOtherConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		shared := cluster.serve("shared:1")
		script := registrytest.NewScript()
		c := cluster.clientOf(script, client.Options{Balancer: roundRobin(), DialContext: sharedDial(cluster)})
		snap := registry.Snapshot{Service: "Work", Revision: 1, Synced: time.Now()}
		for i := range 1000 {
			in := shared.in
			in.ID, in.Addr = fmt.Sprintf("i%04d", i), fmt.Sprintf("h%04d:1", i)
			snap.Instances = append(snap.Instances, in)
		}
		changed := snap
		changed.Instances = append([]registry.Instance(nil), snap.Instances...)
		changed.Instances[500].Addr = "moved:1"
		changed.Instances[501].Weight = 2
		for _, s := range []registry.Snapshot{snap, changed} {
			script.Shows(s)
			synctest.Wait()
			for range 1001 { // one of them twice, for its weight
				do(t, c)
			}
		}
		for i := range 1000 {
			addr := fmt.Sprintf("h%04d:1", i)
			dials, closes := cluster.counts(addr)
			require.Equal(t, 1, dials, "%s: who stays at its address keeps its connection", addr)
			want := 0
			if i == 500 {
				want = 1
			}
			require.Equal(t, want, closes, "trap W5: %s: the connection to the old address is closed, the others stay", addr)
		}
		dials, closes := cluster.counts("moved:1")
		require.Equal(t, 1, dials, "another address is another connection, under the same id too")
		require.Zero(t, closes)
	})
}

func TestTheBalancerIsUpdatedWhileApplyHoldsUpdating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		held := make(chan bool, 10)
		b := &early{Balancer: roundRobin(), update: func() {}, none: func() {}}
		c := cluster.clientOf(script, client.Options{Balancer: b})
		b.update = func() { held <- client.IsUpdating(c) }
		script.Shows(snapshot(cluster.serve("a:1")))
		require.True(t, <-held, "apply must hold c.updating while the balancer is updated")
	})
}

package client_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestStatsSayWhatEachInstanceIsDoing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		do(t, c)
		hosts[1].kill()
		for range 10 {
			do(t, c)
		}
		call := c.Go(t.Context(), "Work.Slow", time.Second, new(time.Duration))
		synctest.Wait()
		got := c.Stats()
		require.NotZero(t, got.Revision)
		got.Revision = 0
		want := client.Stats{Service: "Work", Retries: 5, Instances: []client.InstanceStats{
			{ID: "a:1", Addr: "a:1", Weight: 1, Connected: true, InFlight: 1, OK: 11},
			{ID: "b:1", Addr: "b:1", Weight: 1, Ejected: true, Failed: 5},
		}}
		require.Empty(t, cmp.Diff(got, want))
		require.NoError(t, (<-call.Done).Err)
	})
}

func TestStatsHaveStableJSONKeys(t *testing.T) {
	text, err := json.Marshal(client.Stats{Instances: []client.InstanceStats{{ID: "a"}}})
	require.NoError(t, err)
	require.Equal(t, `{"service":"","revision":0,"stale":false,"age_ms":0,"retries":0,"instances":[`+
		`{"id":"a","addr":"","weight":0,"connected":false,"ejected":false,"in_flight":0,"ok":0,"failed":0}]}`, string(text))
}

func TestStatsBeforeTheFirstListAreEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, err := json.Marshal(newCluster(t).clientOf(newFeed(), client.Options{}).Stats())
		require.NoError(t, err)
		require.Equal(t, `{"service":"Work","revision":0,"stale":false,"age_ms":0,"retries":0,"instances":[]}`, string(text))
	})
}

package scenario_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

func TestAServerIsSlowedAndCutOffAndHealed(t *testing.T) {
	t.Parallel()
	proxies, group := new(proxy.Group), proc.NewGroup(5*time.Second)
	t.Cleanup(func() {
		require.NoError(t, group.Close())
		proxies.Close()
	})
	bin := t.TempDir()
	require.NoError(t, fakestage.Install(bin, fakestage.Options{Second: tenth}))
	c, err := cluster.Start(t.Context(), group, cluster.Options{
		Stage: stages.Stage{Offers: stages.Offers{Registry: true, Lease: true}}, Bin: bin, Servers: 2, TTL: 6 * tenth, Proxies: proxies,
	})
	require.NoError(t, err)

	log := new(log)
	run, err := scenario.Run(t.Context(), c, scenario.Scenario{
		Load: measure.Load{Rate: 50, For: 40 * tenth, Second: tenth},
		Steps: []scenario.Step{
			{At: 2 * tenth, When: answered, Do: scenario.Slow(scenario.Busiest, tenth/10)},
			{At: 3 * tenth, Do: scenario.Heal(scenario.In(cluster.Slow))},
			{At: 4 * tenth, Do: scenario.CutOff(scenario.Busiest)},
			{At: 12 * tenth, When: scenario.Unlisted(scenario.In(cluster.CutOff)), Do: scenario.Heal(scenario.In(cluster.CutOff))},
		},
	}, log)
	require.NoError(t, err)
	require.Equal(t, []string{
		"server A gets slow; its answers take 10ms longer",
		"server A is as before",
		"server A does not reach the registry any more; its callers reach it",
		"the registry no longer lists A",
		"server A is as before",
		"the registry lists A",
	}, log.marks)
	got := run.Result()
	require.Zero(t, got.Failed)
	require.Positive(t, got.Eviction)
}

package lab_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/stages"
)

func TestAScriptHasALoadOfItsOwnAndTheBalancerThatWasChosen(t *testing.T) {
	t.Parallel()
	l := start(t, 4)
	f := watch(t, l)
	do(t, l, lab.Action{Do: "client", Settings: lab.Settings{Rate: 50, Timeout: "500ms", Balancer: "random"}})
	for script, want := range map[string]lab.Settings{
		"server-hangs-short-wait": {Rate: 400, Timeout: "150ms", Balancer: "random"},
		"servers-all-crash":       {Rate: 200, Timeout: "1s", Balancer: "random"},
	} {
		do(t, l, lab.Action{Do: "script", Script: script})
		f.until(t, "its client calls", func(f lab.Frame) bool {
			return f.Script == script && f.Sides[0].Client.Settings == want && f.Sides[0].Client.OK > 0
		})
	}
}

func TestAnExperimentWithANewClientGoesOnWithIt(t *testing.T) {
	t.Parallel()
	l := start(t, 3)
	f := watch(t, l)
	first := f.until(t, "a registry", func(f lab.Frame) bool { return len(f.Sides[0].Registry.Nodes) > 0 })
	do(t, l, lab.Action{Do: "script", Script: "registry-hang-new-client"})
	before := f.until(t, "calls of the script's own processes", func(f lab.Frame) bool {
		nodes := f.Sides[0].Registry.Nodes
		return len(nodes) > 0 && nodes[0].PID != first.Sides[0].Registry.Nodes[0].PID && f.Sides[0].Client.OK > 0
	})
	f.until(t, "another client", func(f lab.Frame) bool {
		pid := f.Sides[0].Client.PID
		return pid != 0 && pid != before.Sides[0].Client.PID
	})
	f.until(t, "calls again", func(f lab.Frame) bool { return f.Sides[0].Registry.Nodes[0].State == "" && f.Sides[0].Client.OK > 0 })
}

func TestCallsThatStillWaitAreNamedAtTheEndOfAScript(t *testing.T) {
	for want, c := range map[string]measure.Counts{
		"20 of 1000 failed in 13s":                      {Sent: 1000, OK: 960, Failed: 20},
		"600 of 1000 failed in 13s, and 200 still wait": {Sent: 1000, OK: 200, Failed: 600},
	} {
		require.Equal(t, want, lab.Outcome(c, 13*time.Second))
	}
}

func TestEveryScriptHasANameOfItsOwnAndAStage(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	rows, experiments := 0, 0
	for _, s := range start(t, 5).Scripts() {
		require.False(t, seen[s.Name], s.Name)
		seen[s.Name] = true
		require.NotEmpty(t, s.Title)
		require.Positive(t, s.Seconds)
		require.NoError(t, lab.Playable(s.Name, stages.All()...))
		if s.Experiment {
			require.NotEmpty(t, s.Lesson, s.Name)
			experiments++
		} else {
			rows++
		}
	}
	require.Greater(t, rows, 10)
	require.Greater(t, experiments, 5)
	first, err := stages.Find(stages.All(), 1)
	require.NoError(t, err)
	require.ErrorContains(t, lab.Playable("registry-cut-off", first), "stage 1: no registry")
	fourth, err := stages.Find(stages.All(), 4)
	require.NoError(t, err)
	require.ErrorContains(t, lab.Playable("registry-node-cut-off", fourth), "stage 4: its registry is one process")
}

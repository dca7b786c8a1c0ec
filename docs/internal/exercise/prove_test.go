package exercise_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

// proved makes all experiments of a stage, by step and what is blank.
func proved(t *testing.T, w exercise.Work) map[string]exercise.Proof {
	t.Helper()
	proofs, err := exercise.Prove(t.Context(), w.Root, w.Stage, filepath.Join(w.Root, ".proof"), "engine", make(chan struct{}, 2))
	require.NoError(t, err)
	all := make(map[string]exercise.Proof)
	for _, p := range proofs {
		all[w.Stage.Steps()[p.Step-1].Title+": "+p.What] = p
	}
	return all
}

func TestAProofSaysWhichTestNoticesABlankAndWhichIsNoticedByNone(t *testing.T) {
	t.Parallel()
	w, _ := workshop(t)
	all := proved(t, w)
	for name, p := range all {
		require.Empty(t, p.Wrong, name)
		require.False(t, p.Cached, name)
	}
	require.Len(t, all, 10) // a step with one function is that function, and the last step is all after it
	require.Equal(t, "TestSum", all["A sum: parse"].Caught)
	require.Equal(t, "its own panic", all["A sum: parse"].How)
	require.Equal(t, []string{"sum:Sum", "sum:parse", "count:Counter.Next", "sum:Average"}, all["A sum: the step and all after it"].Blank)

	stage := exercise.Work{Dir: filepath.Join(w.Root, w.Stage.Dir)}
	change(t, stage, "count/count_test.go", "\tvar c", "\tif true {\n\t\treturn\n\t}\n\tvar c")
	change(t, stage, "sum/average_test.go", "if got :=", "if true {\n\t\tpanic(\"something else\")\n\t}\n\tif got :=")
	all = proved(t, w)
	require.Equal(t, "no test notices", all["A counter: Counter.Next"].Wrong)
	require.Equal(t, "TestAverage breaks down for another reason: panic: something else", all["An average: Average"].Wrong)
	require.Contains(t, all["An average: nothing"].Wrong, "TestAverage fails although nothing is blank")
	require.False(t, all["A sum: parse"].Cached, "another test of its package has changed")
	require.True(t, proved(t, w)["A sum: parse"].Cached)
}

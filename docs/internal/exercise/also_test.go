package exercise_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestAFunctionIsCheckedByTheTestsThatItsStepHasFromOtherSteps(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "parse")
	change(t, w, "sum/sum.go", "strings.TrimSpace(field)", "strings.TrimRight(field, \" \")")
	change(t, w, "sum/sum_test.go", "1 + 2", "1 +2")
	require.Equal(t, []string{"solved parse:solved"}, statuses(check(t, w, exercise.CheckOptions{Name: "parse"})))

	w.Stage.Parts[0].Steps[0].Also = []string{"sum/spaces_test.go"}
	r := check(t, w, exercise.CheckOptions{Name: "parse"})
	require.Equal(t, []string{"red parse:written"}, statuses(r))
	require.Equal(t, "TestSpaces", r.Steps[0].Failure.Test)
	require.Equal(t, []string{"red parse:written"}, statuses(check(t, w, exercise.CheckOptions{Name: "parse", Run: "TestSpaces"})))
}

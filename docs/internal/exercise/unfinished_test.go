package exercise_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestAFunctionThatSaysItselfThatItIsNotFinishedIsNotSolved(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	require.Equal(t, exercise.Solved, check(t, w, exercise.CheckOptions{}).Steps[0].Status)

	change(t, w, "sum/sum.go", "\t// a comment", "\tif field == \"-\" {\n\t\tpanic(\"write me: parse\")\n\t}\n\t// a comment")
	started, err := exercise.Start(t.Context(), w, exercise.StartOptions{})
	require.NoError(t, err)
	require.Len(t, started.Blank, 2, "parse and Counter.Next")
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"red Sum:solved parse:begun", "not run Counter.Next:blank"}, statuses(r))
	require.Equal(t, []string{`parse still panics with "write me: parse" somewhere, where no test of this step comes`}, r.Steps[0].Failure.Message)
	require.Contains(t, printed(r), "the tests of this step pass, but it is not finished:\n")
	require.Equal(t, "finish parse, then go run ./docs check 1 (a hint: go run ./docs hint 1 parse)", r.Next)

	change(t, w, "sum/sum.go", `field == "-"`, `field != ""`)
	change(t, w, "sum/sum.go", "total := 0", "total := 1")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"red Sum:written parse:red", "not run Counter.Next:blank"}, statuses(r), "Sum is wrong too, but this is what parse says")
	require.Equal(t, "panic: write me: parse", r.Steps[0].Failure.Message[0])
	require.Contains(t, r.Next, "mend parse, then")

	was := "write me: parse"
	for _, text := range []string{"TODO: signs", "unimplemented", "not implemented", "implement me", "a number is missing"} {
		change(t, w, "sum/sum.go", was, text)
		was = text
		r, err := exercise.Look(w)
		require.NoError(t, err)
		want := exercise.Begun
		if text == "a number is missing" { // which may be what it is to say
			want = exercise.Written
		}
		require.Equal(t, want, r.Steps[0].Functions[1].Status, text)
	}
}

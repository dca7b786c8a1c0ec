package exercise_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestStartBlanksWhatTheCoreAsksForAndTheCopyCompiles(t *testing.T) {
	t.Parallel()
	w, _ := workshop(t)
	started, err := exercise.Start(t.Context(), w, exercise.StartOptions{})
	require.NoError(t, err)
	require.False(t, started.Found)
	require.Len(t, started.Blank, 3)
	require.Equal(t, 2, started.Steps)
	require.Equal(t, `// Package sum adds.
package sum

import (
	// "fmt"
	// "strconv"
	// "strings"
)

// Separator stands between two numbers.
const Separator = "+"

// Sum adds the numbers of a text, between which Separator stands.
func Sum(text string) (int, error) {
	panic("write me: Sum")
}

// parse reads a number.
func parse(field string) (int, error) {
	panic("write me: parse")
}
`, load(t, filepath.Join(w.Dir, "sum", "sum.go")))
	require.Contains(t, load(t, filepath.Join(w.Dir, "count", "count.go")), "// import \"example.com/workshop/stage01-sums/sum\"\n")
	require.Equal(t, tree["sum/average.go"], load(t, filepath.Join(w.Dir, "sum", "average.go")))
	goes(t, w.Dir, "vet", "./...")
}

func TestStartDeepBlanksTheDeepStepsToo(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{Deep: true})
	require.Contains(t, load(t, filepath.Join(w.Dir, "sum", "average.go")), `panic("write me: Average")`)
	require.Equal(t, 4, check(t, w, exercise.CheckOptions{}).Total)
	goes(t, w.Dir, "vet", "./...")
}

func TestASecondStartChangesNothing(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	mine := load(t, filepath.Join(w.Dir, "sum", "sum.go"))
	started, err := exercise.Start(t.Context(), w, exercise.StartOptions{Deep: true})
	require.NoError(t, err)
	require.True(t, started.Found)
	require.Len(t, started.Tasks, 3)
	require.Len(t, started.Blank, 2)
	require.Equal(t, mine, load(t, filepath.Join(w.Dir, "sum", "sum.go")))
}

func TestAFunctionThatIsGoneIsNotWritten(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	require.NoError(t, os.Remove(filepath.Join(w.Dir, "sum", "sum.go")))
	started, err := exercise.Start(t.Context(), w, exercise.StartOptions{})
	require.NoError(t, err)
	require.Len(t, started.Tasks, 3)
	require.Len(t, started.Blank, 3)
}

func TestWhatTheStageHasChangedSinceIsNamedAndNothingIsLost(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	require.Empty(t, check(t, w, exercise.CheckOptions{}).Since)
	stage := exercise.Work{Dir: filepath.Join(w.Root, w.Stage.Dir)}
	change(t, stage, "sum/sum.go", "total += n", "total = total + n")
	change(t, stage, "sum/sum_test.go", "got != 3", "3 != got")
	mine := load(t, filepath.Join(w.Dir, "sum", "sum.go"))
	want := []string{"Sum (sum/sum.go)", "sum/sum_test.go"}
	require.Equal(t, want, check(t, w, exercise.CheckOptions{}).Since)
	started, err := exercise.Start(t.Context(), w, exercise.StartOptions{})
	require.NoError(t, err)
	require.Equal(t, want, started.Since)
	require.Equal(t, mine, load(t, filepath.Join(w.Dir, "sum", "sum.go")))

	_, err = exercise.Reset(w, "Sum", now)
	require.NoError(t, err)
	require.Equal(t, want[1:], check(t, w, exercise.CheckOptions{}).Since, "reset takes what is there now")
	require.NoError(t, os.Remove(filepath.Join(w.Dir, ".start")))
	require.Empty(t, check(t, w, exercise.CheckOptions{}).Since, "a copy that nobody remembers is no older than any other")
}

func TestACopyThatIsNotThereIsNamedWithItsCommand(t *testing.T) {
	t.Parallel()
	w, next := workshop(t)
	_, err := exercise.Check(t.Context(), w, exercise.CheckOptions{})
	require.EqualError(t, err, "there is no work/stage01-sums yet; go run ./docs start 1 makes it")
	_, err = exercise.Start(t.Context(), next, exercise.StartOptions{From: &w})
	require.EqualError(t, err, "there is no work/stage01-sums yet; go run ./docs start 1 makes it")
	require.NoDirExists(t, filepath.Join(w.Root, "work"))
}

package exercise_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

// deep is a copy in which the functions of the first two core steps are solved, and the
// one of a deep step is blank.
func deep(t *testing.T) exercise.Work {
	t.Helper()
	w := begun(t, exercise.StartOptions{Deep: true})
	for _, name := range []string{"Sum", "parse"} {
		solve(t, w, "sum/sum.go", name)
	}
	return w
}

func TestAStepWaitsForAFunctionOfAnotherThatDoesNotCompile(t *testing.T) {
	t.Parallel()
	w := deep(t)
	change(t, w, "sum/average.go", `panic("write me: Average")`, "return len(fmt.Sprint(a))")
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, "waits Sum:solved parse:solved", statuses(r)[0])
	require.Equal(t, 2, r.Solved)
	require.Equal(t, "make work/stage01-sums/sum/average.go:5 compile, then go run ./docs check 1", r.Next)
	text := printed(r)
	require.Contains(t, text, "  waits    1.1 A sum       for Average; Sum (solved), parse (solved)\n"+
		"           Average, of another step, does not compile. It is in work/stage01-sums/sum/average.go:4\n")
	require.NotContains(t, text, "sum.go", "it compiles")

	stage := filepath.Join(w.Root, w.Stage.Dir, "sum", "average.go")
	save(t, stage, strings.Replace(load(t, stage), "both := a + b\n\treturn both / 2", "return len(fmt.Sprint(a))", 1))
	change(t, exercise.Work{Dir: filepath.Dir(stage)}, "average.go", "package sum", "package sum\n\nimport \"fmt\"")
	require.Equal(t, "waits Sum:solved parse:solved", statuses(check(t, w, exercise.CheckOptions{}))[0], "the function is the stage's, but its import is missing")

	change(t, w, "sum/average.go", "fmt.Sprint(a)", "fmt.Sprint(a)}")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, "waits Sum:written parse:written", statuses(r)[0], "without the file nothing of the package can be tested")
	require.Contains(t, printed(r), "  waits    1.1 A sum       for sum/average.go; Sum, parse\n           sum/average.go does not compile:\n")
	require.Equal(t, "make work/stage01-sums/sum/average.go:5 compile, then go run ./docs check 1", r.Next)

	change(t, w, "sum/sum.go", "total := 0", "total := zero")
	change(t, w, "sum/average.go", "len(fmt.Sprint(a)})", "a")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, "red Sum:written parse:written", statuses(r)[0])
	require.Contains(t, printed(r), "Sum is in work/stage01-sums/sum/sum.go:14\n")
}

func TestAStepThatIsWrongItselfDoesNotWait(t *testing.T) {
	t.Parallel()
	w := deep(t)
	w.Stage.Parts[0].Steps[0].Also = []string{"sum/average_test.go"}
	change(t, w, "sum/average.go", `panic("write me: Average")`, "return a")
	require.Equal(t, "waits Sum:solved parse:solved", statuses(check(t, w, exercise.CheckOptions{}))[0])
	change(t, w, "sum/sum.go", "strings.TrimSpace(field)", "strings.Trim(field, \" +\")+\"1\"")
	require.Equal(t, "red Sum:written parse:red", statuses(check(t, w, exercise.CheckOptions{}))[0])
}

func TestTheStepsAfterARedOneAreCheckedWithWhatIsInTheCopy(t *testing.T) {
	t.Parallel()
	w := deep(t)
	solve(t, w, "count/count.go", "Counter.Next")
	change(t, w, "sum/average.go", `panic("write me: Average")`, "return a")
	change(t, w, "sum/sum.go", "strings.TrimSpace(field)", "field")
	r := check(t, w, exercise.CheckOptions{All: true})
	require.Equal(t, `go -C work/stage01-sums test -run "^TestSum$" ./sum`, r.Steps[0].Failure.Command, "nothing is blank")
	require.Equal(t, []string{"red Sum:written parse:red", "solved Counter.Next:solved", "red Average:red"}, statuses(r), "the search for what is to blame has compiled the package otherwise")
}

package exercise_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/term"
)

// statuses are those of a report's steps and functions, as "blank Sum:blank".
func statuses(r exercise.Report) []string {
	var all []string
	for _, step := range r.Steps {
		text := string(step.Status)
		for _, f := range step.Functions {
			text += " " + f.Name + ":" + string(f.Status)
		}
		all = append(all, text)
	}
	return all
}

func printed(r exercise.Report) string {
	var out bytes.Buffer
	r.Print(term.New(&out))
	return out.String()
}

func TestAStageIsSolvedStepByStep(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"blank Sum:blank parse:blank", "not run Counter.Next:blank"}, statuses(r))
	require.Equal(t, &exercise.Failure{
		Kind: "blank", Test: "TestSum", Message: []string{"panic: write me: Sum"}, Command: "go run ./docs check 1 Sum -run TestSum",
	}, r.Steps[0].Failure)
	require.Equal(t, "write Sum, then go run ./docs check 1 (a hint: go run ./docs hint 1 Sum)", r.Next)
	require.Contains(t, printed(r), "Sum is in work/stage01-sums/sum/sum.go:14\n")
	require.Contains(t, printed(r), "that test alone, with the stage's own in the place of all other functions:\n             go run ./docs check 1 Sum -run TestSum\n")

	solve(t, w, "sum/sum.go", "Sum")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"blank Sum:solved parse:blank", "not run Counter.Next:blank"}, statuses(r), "the stage's own parse was called")
	require.Equal(t, "panic: write me: parse", r.Steps[0].Failure.Message[0])

	solve(t, w, "sum/sum.go", "parse")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"solved Sum:solved parse:solved", "blank Counter.Next:blank"}, statuses(r))
	require.Equal(t, 2, r.Solved)
	require.Equal(t, `go -C work/stage01-sums test -run "^TestNext$" ./count`, r.Steps[1].Failure.Command, "nothing else is blank, so go test itself will do")

	solve(t, w, "count/count.go", "Counter.Next")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"solved Sum:solved parse:solved", "solved Counter.Next:solved"}, statuses(r))
	require.True(t, r.Steps[0].Cached)
	require.Equal(t, exercise.Solved, r.Limits.Status)
	require.Equal(t, "stage 1 is solved: go run ./docs demo 1 -mine shows it under load; the next stage: go run ./docs start 2 -from-mine", r.Next)
	require.True(t, strings.HasSuffix(printed(r), "\nnext: "+r.Next+"\n"))
	require.Contains(t, goes(t, w.Dir, "test", "./..."), "ok")

	change(t, w, "limits_test.go", "{}", "{ t.Fatal(1) }")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, exercise.Red, r.Limits.Status)
	require.Contains(t, r.Next, "every step is solved, but a test of step 1.3 fails")
}

func TestAStepThatIsRedSaysWhichFunctionIsToBlame(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	change(t, w, "sum/sum.go", "strconv.Atoi(strings.TrimSpace(field))", "strconv.Atoi(field)")
	r := check(t, w, exercise.CheckOptions{All: true})
	require.Equal(t, []string{"red Sum:written parse:red", "blank Counter.Next:blank"}, statuses(r))
	require.Equal(t, "TestSum", r.Steps[0].Failure.Test)
	require.Equal(t, []string{`sum_test.go:11: got 0, sum: strconv.Atoi: parsing "1 ": invalid syntax`}, r.Steps[0].Failure.Message)
	require.Contains(t, r.Next, "mend parse, then")
	require.Equal(t, []string{"solved Sum:solved"}, statuses(check(t, w, exercise.CheckOptions{Name: "Sum"})), "alone, with the stage's own parse")
	r = check(t, w, exercise.CheckOptions{Name: "parse"})
	require.Equal(t, []string{"red parse:written"}, statuses(r))
	require.Equal(t, "mend parse, then go run ./docs check 1 parse (a hint: go run ./docs hint 1 parse)", r.Next, "the next check is of the same function")
	require.Equal(t, []string{"solved parse:solved"}, statuses(check(t, w, exercise.CheckOptions{Name: "parse", Run: "TestNoNumber"})))

	change(t, w, "sum/sum.go", "strconv.Atoi(field)", "strconv.Atoi(strings.TrimSpace(field))")
	change(t, w, "sum/sum.go", "total += n", "total += text")
	require.Equal(t, []string{"solved parse:solved"}, statuses(check(t, w, exercise.CheckOptions{Name: "parse"})), "Sum does not compile")
	require.Equal(t, "compile", check(t, w, exercise.CheckOptions{Name: "Sum"}).Steps[0].Failure.Kind)
}

func TestAFunctionOfAnotherStepIsNamedWhenItIsToBlame(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	for _, name := range []string{"Sum", "parse"} {
		solve(t, w, "sum/sum.go", name)
	}
	solve(t, w, "count/count.go", "Counter.Next")
	change(t, w, "sum/sum.go", "strings.TrimSpace(field)", "strings.TrimRight(field, \" \")")
	change(t, w, "sum/sum_test.go", "1 + 2", "3")
	change(t, w, "count/count_test.go", "c.Next(\"3\")", "c.Next(\" 3\")")
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"solved Sum:solved parse:solved", "waits Counter.Next:solved"}, statuses(r))
	require.Equal(t, 3, r.Solved, "parse, too, by the tests of its own step")
	require.Contains(t, printed(r), "  waits    1.2 A counter  for parse; Counter.Next (solved)\n")
	require.Equal(t, "parse", r.Steps[1].Failure.Blame.Name)
	require.Contains(t, printed(r), "parse, of another step, fails a test of this one. It is in work/stage01-sums/sum/sum.go:27\n")
	require.Contains(t, r.Next, "mend parse, then")
	require.Equal(t, `go -C work/stage01-sums test -run "^TestNext$" ./count`, r.Steps[1].Failure.Command, "the step of parse has no such test")
}

func TestAStageIsNotSolvedWhileATestOfAStepThatAsksForNothingFails(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	solve(t, w, "count/count.go", "Counter.Next")
	change(t, w, "sum/sum.go", "strings.TrimSpace(field)", "strings.TrimRight(field, \" \")")
	change(t, w, "sum/sum_test.go", "1 + 2", "1 +2")
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"solved Sum:solved parse:solved", "solved Counter.Next:solved", "red"}, statuses(r))
	require.Equal(t, "TestSpaces", r.Steps[2].Failure.Test)
	require.Contains(t, r.Next, "mend parse, then")
}

func TestAFailureNamesTheChapterAndItsHeadingAndShowsItsEnd(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	save(t, filepath.Join(w.Root, "docs", "stage01-sums-2-count.md"),
		"# Counting\n\n### Task 3: a counter\n\n```go stage01-sums/count/count.go Counter.Next signature\n```\n")
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	solve(t, w, "count/count.go", "Counter.Next")
	change(t, w, "count/count_test.go", "var c", "for i := range 100 {\n\t\tt.Log(\"line\", i)\n\t}\n\tt.Error(\"the reason\")\n\tvar c")
	text := printed(check(t, w, exercise.CheckOptions{}))
	require.Contains(t, text, "explained in docs/stage01-sums-2-count.md, Task 3: a counter\n")
	require.Contains(t, text, "line 0\n")
	require.NotContains(t, text, "line 50\n")
	require.Contains(t, text, "the reason\n")
}

// TestOfABlankFunctionNothingElseIsShown with a test that fails in another goroutine first.
func TestOfABlankFunctionNothingElseIsShown(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	change(t, w, "sum/sum_test.go", "func TestSum(t *testing.T) {", "func TestSum(t *testing.T) {\n\tt.Error(\"nobody answers\")")
	f := check(t, w, exercise.CheckOptions{}).Steps[0].Failure
	require.Equal(t, "blank", f.Kind)
	require.Equal(t, []string{"panic: write me: Sum"}, f.Message)
}

func TestWhatBreaksDownIsShownWhereItStands(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	change(t, w, "sum/sum.go", "total := 0", "total := len(text) / len(text[len(text):])")
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, "panic", r.Steps[0].Failure.Kind)
	require.Equal(t, []string{"panic: runtime error: integer divide by zero"}, r.Steps[0].Failure.Message[:1])
	require.Equal(t, "work/stage01-sums/sum/sum.go:15", r.Steps[0].Failure.Place)

	change(t, w, "sum/sum.go", "len(text) / len(text[len(text):])", "0\n\tpanic(\"deadlock: all goroutines in bubble are blocked\")")
	r = check(t, w, exercise.CheckOptions{})
	require.Contains(t, r.Steps[0].Failure.Message, "nothing can happen any more: every goroutine of the test waits for another one")

	change(t, w, "sum/sum.go", "panic(\"deadlock: all goroutines in bubble are blocked\")", "for text != \"\" {\n\t}")
	began := time.Now()
	r = check(t, w, exercise.CheckOptions{Limit: 500 * time.Millisecond})
	require.Equal(t, "time", r.Steps[0].Failure.Kind)
	require.Equal(t, "TestSum", r.Steps[0].Failure.Test)
	require.Contains(t, printed(r), "TestSum does not end\n")
	require.Less(t, time.Since(began), time.Minute)

	change(t, w, "sum/sum.go", "// parse reads", "func init() {\n\tfor {\n\t}\n}\n\n// parse reads")
	r = check(t, w, exercise.CheckOptions{Limit: 500 * time.Millisecond})
	require.Contains(t, printed(r), "the test binary does not end\n")
}

func TestACompilersErrorIsShownAsItSaysItWithTheImportThatIsMissing(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	change(t, w, "sum/sum.go", `panic("write me: Sum")`, "return 0, fmt.Errorf(Separator)")
	r := check(t, w, exercise.CheckOptions{})
	require.Equal(t, []string{"red Sum:written parse:blank", "not run Counter.Next:blank"}, statuses(r))
	require.Equal(t, []string{
		"sum/sum.go:15:12: undefined: fmt", `sum/sum.go needs import "fmt", which stands there as a comment`,
	}, r.Steps[0].Failure.Message)
	require.Equal(t, "make work/stage01-sums/sum/sum.go:15 compile, then go run ./docs check 1", r.Next)

	change(t, w, "sum/sum.go", "return 0, fmt.", "return 0, fmt.}")
	r = check(t, w, exercise.CheckOptions{})
	require.Equal(t, "compile", r.Steps[0].Failure.Kind)
	require.Contains(t, r.Steps[0].Failure.Message[0], "sum/sum.go:15:")

	save(t, filepath.Join(w.Dir, "go.mod"), "module example.com/workshop/stage01-sums\n\nrequires x\n")
	r = check(t, w, exercise.CheckOptions{Name: "Next"})
	require.Contains(t, strings.Join(r.Steps[0].Failure.Message, " "), "go.mod:3: unknown directive: requires")
}

func TestACopyThatTheStagesOwnFunctionsDoNotFitIsCheckedWithoutThem(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	change(t, w, "sum/sum.go", "const Separator", "const Plus")
	solve(t, w, "sum/sum.go", "parse")
	r := check(t, w, exercise.CheckOptions{})
	require.Contains(t, r.Note, "do not fit your copy any more")
	require.Equal(t, "panic: write me: Sum", r.Steps[0].Failure.Message[0])
	require.Contains(t, printed(r), "do not fit")
}

func TestAFunctionIsFoundByItsMethodsNameAndTheNearestIsNamed(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	require.Equal(t, []string{"blank Counter.Next:blank"}, statuses(check(t, w, exercise.CheckOptions{Name: "next"})))
	for name, want := range map[string]string{
		"Counter.Nxt": `stage 1 asks nobody to write "Counter.Nxt"; did you mean Counter.Next?`,
		"sim":         `stage 1 asks nobody to write "sim"; did you mean Sum?`,
		"Broadcast":   `stage 1 asks nobody to write "Broadcast"; there are Sum, parse, Counter.Next, and in deep steps Average`,
	} {
		_, err := exercise.Check(t.Context(), w, exercise.CheckOptions{Name: name})
		require.EqualError(t, err, want)
	}
	_, err := exercise.Check(t.Context(), w, exercise.CheckOptions{Name: "Sum", Run: "TestX"})
	require.EqualError(t, err, `step 1.1 (A sum) has no test "TestX"; it has TestSum, TestNoNumber`)
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		change(t, w, "sum/sum_test.go", "func TestNoNumber", "func Test"+name+"(*testing.T) {}\n\nfunc TestNoNumber")
	}
	_, err = exercise.Check(t.Context(), w, exercise.CheckOptions{Name: "Sum", Run: "TestX"})
	require.EqualError(t, err, `step 1.1 (A sum) has no test "TestX"; it has TestSum, TestA, TestB, TestC, TestD, … and 2 more`)
}

func TestAReportIsJSON(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	text, err := json.Marshal(check(t, w, exercise.CheckOptions{}))
	require.NoError(t, err)
	var r map[string]any
	require.NoError(t, json.Unmarshal(text, &r))
	step := r["steps"].([]any)[0].(map[string]any)
	require.Equal(t, "blank", step["status"])
	require.Equal(t, map[string]any{"name": "Sum", "file": "work/stage01-sums/sum/sum.go", "line": 14.0, "status": "blank"}, step["functions"].([]any)[0])
}

package faults_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/stages"
)

func failed(n int, after time.Duration) faults.Outcome {
	return faults.Outcome{Result: measure.Result{Sent: 100, Failed: n, Recovery: measure.Recovery{After: after}}}
}

func TestACellShowsItsMedianAndItsWorstRun(t *testing.T) {
	never := failed(9, 0)
	never.Recovery.Never = true
	second, minute := time.Second, time.Minute
	for want, runs := range map[string][]faults.Outcome{
		"0 of 100 failed": {failed(0, 0), failed(0, 0)},
		"1 of 100 failed, recovery 1.0 s; worst: 9 of 100 failed, recovery never": {never, failed(1, second), failed(0, 0)},
		"9 of 100 failed, recovery 2.0 s; worst: 9 of 100 failed, recovery never": {never, failed(9, 2*second)},
		"0 of 100 failed, first call after 1.0 s; worst: 0 of 100 failed, never called": {
			{Result: measure.Result{Sent: 100}, Joined: true},
			{Result: measure.Result{Sent: 100}, Joined: true, FirstCall: &second},
		},
		"0 of 100 failed, first call after 60.0 s": {{Result: measure.Result{Sent: 100}, Joined: true, FirstCall: &minute}},
		"0 of 100 failed, p99 2.1 ms; worst: 0 of 100 failed, p99 1301.0 ms": {
			{Result: measure.Result{Sent: 100, P99: 1301}, Slowed: true},
			{Result: measure.Result{Sent: 100, P99: 2.095}, Slowed: true},
		},
		"0 of 100 failed, listed again after 1.0 s; worst: 0 of 100 failed, never listed again": {
			{Result: measure.Result{Sent: 100}, Evicted: true},
			{Result: measure.Result{Sent: 100}, Evicted: true, Back: &second},
		},
		"invalid: too few":  {failed(0, 0), {Result: measure.Result{Invalid: "too few"}}, failed(0, 0)},
		"invalid: it broke": {{Broken: "it broke", Result: measure.Result{Invalid: "too few"}}},
	} {
		require.Equal(t, want, faults.Cell{Runs: runs}.String())
	}
}

func TestTheMatrixHasARowPerFaultAndAColumnPerStage(t *testing.T) {
	all := []stages.Stage{{Number: 1, Idea: "one"}, {Number: 2, Idea: "two", Offers: stages.Offers{GRPC: true}}}
	crash, hang := quick("crash"), quick("hang")
	crash.Title, hang.Title = "it crashes", "it hangs"
	got := faults.Markdown(faults.Columns(all), []faults.Fault{crash, hang}, []faults.Cell{
		{Stage: 2, Fault: "crash", Runs: []faults.Outcome{failed(0, 0)}},
		{Stage: 1, Fault: "crash", Skipped: "a|b"},
		{Stage: 1, Fault: "hang", Runs: []faults.Outcome{failed(2, time.Second)}},
		{Stage: 2, Over: "grpc", Fault: "hang", Runs: []faults.Outcome{failed(0, 0)}},
	})
	require.Equal(t, `| fault | 01 one | 02 two | 02 over gRPC |
|---|---|---|---|
| it crashes | – (a\|b) | 0 of 100 failed | not measured |
| it hangs | **2 of 100 failed, recovery 1.0 s** | not measured | 0 of 100 failed |
`, got)
}

func TestARowThatIsRedSomewhereHasItsLesson(t *testing.T) {
	second := time.Second
	good := faults.Outcome{
		Result: measure.Result{Sent: 100, P99: 99}, Slowed: true,
		Joined: true, FirstCall: &second, Evicted: true, Back: &second,
	}
	require.False(t, good.Red())
	waited, idle, lost, gone := good, good, good, good
	waited.P99, idle.FirstCall, lost.Back, gone.Missing = 100, nil, nil, []string{"A"}
	crash := quick("crash")
	crash.Title, crash.Lesson = "it crashes", "It is down; stage 02 has another."
	all := []stages.Stage{{Number: 1, Idea: "one"}}
	for _, red := range []faults.Outcome{failed(1, time.Second), waited, idle, lost, gone} {
		got := faults.Markdown(faults.Columns(all), []faults.Fault{crash, quick("hang")}, []faults.Cell{
			{Stage: 1, Fault: "crash", Runs: []faults.Outcome{good, red}}, {Stage: 1, Fault: "hang", Runs: []faults.Outcome{red}},
		})
		require.Contains(t, got, "|\n\n- **it crashes**: It is down; stage 02 has another.\n")
		require.True(t, strings.HasSuffix(got, "another.\n"), "the other row has no lesson to show")
	}
	green := faults.Markdown(faults.Columns(all), []faults.Fault{crash}, []faults.Cell{{Stage: 1, Fault: "crash", Runs: []faults.Outcome{good}}})
	require.NotContains(t, green, "It is down")
}

func TestAPromiseIsBrokenFromTheStageOnThatMadeIt(t *testing.T) {
	crash, hang := quick("crash"), quick("hang")
	crash.Green, hang.Green = 2, 3
	both := func(stage int, o faults.Outcome) []faults.Cell {
		return []faults.Cell{{Stage: stage, Fault: "crash", Runs: []faults.Outcome{failed(0, 0), o}}, {Stage: stage, Fault: "hang", Runs: []faults.Outcome{o}}}
	}
	cells := append(both(1, failed(1, 0)), append(both(2, failed(1, 0)), both(3, failed(0, 0))...)...)
	require.Equal(t, []string{"crash in stage 2"}, faults.Noticed([]faults.Fault{crash, hang}, cells))
	require.Empty(t, faults.Noticed([]faults.Fault{crash, hang}, both(4, failed(0, 0))))
	over := both(5, failed(1, 0))
	over[0].Over = "grpc"
	require.Equal(t, []string{"crash in stage 5 over gRPC", "hang in stage 5"}, faults.Noticed([]faults.Fault{crash, hang}, over))
}

func TestARecoveryThatIsPromisedMayNotTakeLonger(t *testing.T) {
	move := quick("move")
	move.Bounded, move.Within = 3, time.Second
	never := failed(1, 0)
	never.Recovery.Never = true
	cells := []faults.Cell{
		{Stage: 2, Fault: "move", Runs: []faults.Outcome{never}},
		{Stage: 3, Fault: "move", Runs: []faults.Outcome{failed(1, time.Second), failed(0, 0)}},
		{Stage: 4, Fault: "move", Runs: []faults.Outcome{failed(1, time.Second), failed(1, time.Second+1)}},
		{Stage: 5, Over: "grpc", Fault: "move", Runs: []faults.Outcome{never}},
	}
	require.Equal(t, []string{"move in stage 4 for longer than 1s", "move in stage 5 over gRPC for longer than 1s"}, faults.Noticed([]faults.Fault{move}, cells))
}

func TestNoCallMayFailForLongAfterAllAreListed(t *testing.T) {
	move, second := listed(quick("move")), time.Second
	late := failed(1, second+tenth+1)
	late.Listed = &second
	early, unmeasured := late, late
	early.Recovery.After, unmeasured.Listed = second+tenth, nil
	cells := []faults.Cell{
		{Stage: 3, Fault: "move", Runs: []faults.Outcome{late}},
		{Stage: 4, Fault: "move", Runs: []faults.Outcome{early, unmeasured}},
		{Stage: 5, Over: "grpc", Fault: "move", Runs: []faults.Outcome{early, late}},
	}
	require.Equal(t, []string{"move in stage 5 over gRPC later than 100ms after all were listed"}, faults.Noticed([]faults.Fault{move}, cells))
}

func TestEveryFaultHasANameOfItsOwnAndFitsItsLoad(t *testing.T) {
	names := make(map[string]bool)
	for _, f := range faults.All() {
		require.Regexp(t, `^[a-z]+(-[a-z]+)+$`, f.Name)
		require.NotEmpty(t, f.Title)
		require.Positive(t, f.Green+f.Bounded, "some stage must promise something")
		require.Equal(t, f.Bounded > 0, f.Within > 0)
		require.Regexp(t, `^$|^[A-Z][^.]* 0\d [^.]*\.$`, f.Lesson, "one sentence, with the stage that is green")
		require.False(t, names[f.Name], f.Name)
		names[f.Name] = true
		last := f.Steps[len(f.Steps)-1].At
		if f.Slows {
			last -= faults.TTL // nobody's lease ends
		}
		require.Less(t, last+faults.TTL, f.Load.For, "the lease of the last server that dies must end before the load does")
		require.LessOrEqual(t, f.Load.For, 20*time.Second, "a cell takes little more than that")
	}
}

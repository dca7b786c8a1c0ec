package faults_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/stages"
)

func TestTheBriefTableSaysHowManyOfAHundredFailedAndForHowLong(t *testing.T) {
	result := func(sent, failed int, never bool, after time.Duration) faults.Outcome {
		return faults.Outcome{Result: measure.Result{Sent: sent, Failed: failed, Recovery: measure.Recovery{Never: never, After: after}}}
	}
	columns := faults.Columns([]stages.Stage{{Number: 1}, {Number: 2}, {Number: 3}, {Number: 4}})
	rows := []faults.Fault{named("crash"), named("join")}
	idle, forgotten := result(400, 0, false, 0), result(400, 0, false, 0)
	idle.Joined, forgotten.Missing = true, []string{"A"}
	cells := []faults.Cell{
		{Stage: 1, Fault: "crash", Runs: []faults.Outcome{result(400, 300, true, 0)}},
		{Stage: 2, Fault: "crash", Runs: []faults.Outcome{result(400, 100, false, 5800*time.Millisecond)}},
		{Stage: 3, Fault: "crash", Runs: []faults.Outcome{result(400, 1, false, 800*time.Millisecond)}},
		{Stage: 4, Fault: "crash", Runs: []faults.Outcome{result(400, 0, false, 0)}},
		{Stage: 1, Fault: "join", Skipped: "no registry"},
		{Stage: 2, Fault: "join", Runs: []faults.Outcome{idle}},
		{Stage: 3, Fault: "join", Runs: []faults.Outcome{forgotten}},
		{Stage: 4, Over: "grpc", Fault: "join", Runs: []faults.Outcome{idle}},
	}
	require.Equal(t, `| what happens | 01 | 02 | 03 | 04 |
|---|---|---|---|---|
| crash | **75 % for ever** | **25 % for 5.8 s** | **under 1 % for 0.8 s** | 0 |
| join | – | **0, never called** | **0, forgotten** | – |
`, faults.Brief(columns, rows, cells))
}

// named is a fault whose title is its name.
func named(name string) faults.Fault {
	f := faults.Fault{Title: name}
	f.Name = name
	return f
}

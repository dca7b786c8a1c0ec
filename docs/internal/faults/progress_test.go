package faults_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
)

func TestProgressCountsTheRunsThatAreMade(t *testing.T) {
	t.Parallel()
	lost, nothing := quick("lost"), quick("nothing")
	lost.Registry = true
	nothing.Load.For = tenth
	var told []string
	cells, err := faults.Run(t.Context(), faults.Options{
		Columns: faults.Columns([]stages.Stage{{Number: 1, Dir: "one"}, {Number: 2, Dir: "two"}}),
		Faults:  []faults.Fault{lost, nothing}, Repeat: 2, Parallel: 1, TTL: 6 * tenth,
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakestage.Options{Second: tenth})
		},
		Tell: func(text string) {
			if !strings.HasSuffix(text, faults.OnceMore) {
				told = append(told, text)
			}
		},
	})
	require.NoError(t, err)
	require.Len(t, cells, 4)
	require.Equal(t, []string{
		"building one",
		"building two",
		"1 of 4: stage 1, nothing, run 1 (about 6s left)", "  stage 1, nothing: 0 of 10 failed",
		"2 of 4: stage 1, nothing, run 2 (about 5s left)", "  stage 1, nothing: 0 of 10 failed",
		"3 of 4: stage 2, nothing, run 1 (about 3s left)", "  stage 2, nothing: 0 of 10 failed",
		"4 of 4: stage 2, nothing, run 2 (about 2s left)", "  stage 2, nothing: 0 of 10 failed",
	}, told)
}

func TestRunsThatShareTheMachineAreTwoAtATimeAndThoseAboutLatencyAlone(t *testing.T) {
	t.Parallel()
	now, most := 0, 0
	going := make(map[string]int)    // runs of a fault that go on
	together := make(map[string]int) // the most runs that went on while one of that fault did
	fault := func(name string, slows bool) faults.Fault {
		f := quick(name)
		f.Load.For, f.Slows = 2*tenth, slows
		return f
	}
	cells, err := faults.Run(t.Context(), faults.Options{
		Columns: faults.Columns([]stages.Stage{{Number: 1, Dir: "one"}}),
		Faults:  []faults.Fault{fault("first", false), fault("alone", true), fault("last", false)}, Repeat: 4, Parallel: 2, TTL: 6 * tenth,
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakestage.Options{Second: tenth})
		},
		Tell: func(text string) {
			for _, name := range []string{"first", "alone", "last"} {
				switch {
				case strings.HasSuffix(text, faults.OnceMore):
				case strings.Contains(text, "stage 1, "+name+": "):
					now--
					going[name]--
				case strings.Contains(text, "stage 1, "+name+", run "):
					now++
					going[name]++
				}
			}
			most = max(most, now)
			for name, n := range going {
				if n > 0 {
					together[name] = max(together[name], now)
				}
			}
		},
	})
	require.NoError(t, err)
	for i, name := range []string{"first", "alone", "last"} {
		require.Equal(t, name, cells[i].Fault)
		require.Len(t, cells[i].Runs, 4)
	}
	require.Equal(t, 2, most)
	require.Equal(t, 1, together["alone"])
}

package faults_test

import (
	"context"
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
		Stages: []stages.Stage{{Number: 1, Dir: "one"}, {Number: 2, Dir: "two"}},
		Faults: []faults.Fault{lost, nothing}, Repeat: 2, TTL: 6 * tenth,
		Build: func(_ context.Context, _, bin string, _ func(time.Duration)) error {
			return fakestage.Install(bin, fakestage.Options{Second: tenth})
		},
		Tell: func(text string) { told = append(told, text) },
	})
	require.NoError(t, err)
	require.Len(t, cells, 4)
	require.Equal(t, []string{
		"building one",
		"1 of 4: stage 1, nothing, run 1 (about 6s left)", "  0 of 20 failed",
		"2 of 4: stage 1, nothing, run 2 (about 5s left)", "  0 of 20 failed",
		"building two",
		"3 of 4: stage 2, nothing, run 1 (about 3s left)", "  0 of 20 failed",
		"4 of 4: stage 2, nothing, run 2 (about 2s left)", "  0 of 20 failed",
	}, told)
}

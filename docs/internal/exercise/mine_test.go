package exercise_test

import (
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/proc"
)

func TestWhatIsBuiltIsOnesOwnWithTheStagesInPlaceOfWhatIsBlank(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=mod") // which the repository's workspace would refuse
	w := begun(t, exercise.StartOptions{})
	runs := func() string {
		out := t.TempDir()
		build, blank, err := exercise.Builder(w)
		require.NoError(t, err)
		require.Contains(t, blank, "parse")
		require.NoError(t, build(t.Context(), "elsewhere", out, nil))
		said, err := exec.CommandContext(t.Context(), proc.Binary(out, "sum")).Output()
		require.NoError(t, err)
		return string(said)
	}
	require.Equal(t, "3 <nil>\n", runs())
	solve(t, w, "sum/sum.go", "Sum")
	change(t, w, "sum/sum.go", "total += n", "total += 10 * n")
	require.Equal(t, "30 <nil>\n", runs())
	require.Equal(t, exercise.Red, check(t, w, exercise.CheckOptions{}).Steps[0].Status)
}

func TestChecksOfOneCopyDoNotDisturbOneAnother(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	solve(t, w, "sum/sum.go", "Sum")
	want := statuses(check(t, w, exercise.CheckOptions{All: true}))
	got := make(chan []string, 4)
	var checks sync.WaitGroup
	for range cap(got) {
		checks.Go(func() {
			r, err := exercise.Check(t.Context(), w, exercise.CheckOptions{All: true, Limit: time.Minute})
			if err != nil {
				got <- []string{err.Error()}
				return
			}
			got <- statuses(r)
		})
	}
	checks.Wait()
	for range cap(got) {
		require.Equal(t, want, <-got)
	}
}

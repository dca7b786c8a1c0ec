package exercise_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestResetBlanksOneFunctionAndKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	blank := load(t, filepath.Join(w.Dir, "sum", "sum.go"))
	solve(t, w, "sum/sum.go", "Sum")
	solve(t, w, "sum/sum.go", "parse")
	both := load(t, filepath.Join(w.Dir, "sum", "sum.go"))
	backup, err := exercise.Reset(w, "sum", now)
	require.NoError(t, err)
	require.Equal(t, "work/.backup/stage01-sums-20260102-030405", backup)
	require.Equal(t, both, load(t, filepath.Join(w.Root, filepath.FromSlash(backup), "sum", "sum.go")))
	one := load(t, filepath.Join(w.Dir, "sum", "sum.go"))
	require.Contains(t, one, `panic("write me: Sum")`)
	require.Contains(t, one, "strconv.Atoi(")
	require.Contains(t, one, "\t// \"fmt\"\n\t\"strconv\"\n")

	backup, err = exercise.Reset(w, "parse", now)
	require.NoError(t, err)
	require.Equal(t, "work/.backup/stage01-sums-20260102-030405-2", backup)
	require.Equal(t, blank, load(t, filepath.Join(w.Dir, "sum", "sum.go")))
}

func TestResetPutsBackAFunctionThatIsGone(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	change(t, w, "sum/sum.go", "func parse(field string) (int, error) {\n\tpanic(\"write me: parse\")\n}\n", "")
	r := check(t, w, exercise.CheckOptions{Name: "parse"})
	require.Equal(t, exercise.Red, r.Steps[0].Status)
	_, err := exercise.Reset(w, "parse", now)
	require.NoError(t, err)
	require.Equal(t, exercise.Blank, check(t, w, exercise.CheckOptions{Name: "parse"}).Steps[0].Status)
	goes(t, w.Dir, "vet", "./...")
}

func TestResetOfAllBeginsAnewInPlaceAndKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{Deep: true})
	blank := load(t, filepath.Join(w.Dir, "sum", "sum.go"))
	save(t, filepath.Join(w.Dir, "sum", "sum.go"), "this is no Go\n")
	save(t, filepath.Join(w.Dir, "sum", "mine.go"), "package sum\n")
	_, err := exercise.Reset(w, "Sum", now)
	require.ErrorContains(t, err, "sum/sum.go:1:1: expected 'package'")
	require.NoDirExists(t, filepath.Join(w.Root, "work", ".backup"))

	backup, err := exercise.Reset(w, "", now)
	require.NoError(t, err)
	require.Equal(t, blank, load(t, filepath.Join(w.Dir, "sum", "sum.go")))
	require.NoFileExists(t, filepath.Join(w.Dir, "sum", "mine.go"))
	require.Contains(t, load(t, filepath.Join(w.Dir, "sum", "average.go")), "write me", "it is as deep as it was")
	for file, text := range map[string]string{"sum.go": "this is no Go\n", "mine.go": "package sum\n"} {
		require.Equal(t, text, load(t, filepath.Join(w.Root, filepath.FromSlash(backup), "sum", file)))
	}
	require.Equal(t, exercise.Blank, check(t, w, exercise.CheckOptions{}).Steps[0].Status)
}

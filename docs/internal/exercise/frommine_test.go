package exercise_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestTheNextStageBeginsWithWhatStillFits(t *testing.T) {
	t.Parallel()
	w, next := workshop(t)
	_, err := exercise.Start(t.Context(), w, exercise.StartOptions{Deep: true})
	require.NoError(t, err)
	next.Stage.Parts[0].Steps = next.Stage.Parts[0].Steps[2:] // it asks for Average alone
	stage := exercise.Work{Dir: filepath.Join(next.Root, next.Stage.Dir)}
	change(t, stage, "count/count.go", "c.n += n\n\treturn c.n", "c.n = c.n + n\n\treturn c.n")

	solve(t, w, "count/count.go", "Counter.Next")
	change(t, w, "count/count.go", "c.n += n", "c.n += n + 0")
	change(t, w, "sum/sum.go", "\tpanic(\"write me: parse\")\n}", "\treturn strconv.Atoi(clean(field))\n}\n\n// clean is mine.\nfunc clean(field string) string { return strings.Join(strings.Fields(field), \"\") }\n\nfunc unused() {}")
	change(t, w, "sum/sum.go", "// \"strconv\"\n\t// \"strings\"", "\"strconv\"\n\t\"strings\"")
	save(t, filepath.Join(w.Dir, "sum", "extra.go"), "package sum\n\nimport _ \"example.com/workshop/stage01-sums/sum/other\"\n")
	save(t, filepath.Join(w.Dir, "sum", "other", "other.go"), "package other\n")

	started, err := exercise.Start(t.Context(), next, exercise.StartOptions{From: &w})
	require.NoError(t, err)
	require.Equal(t, exercise.Taken{
		Functions: []string{"parse (sum/sum.go)", "clean (sum/sum.go)"},
		Files:     []string{"sum/extra.go", "sum/other/other.go"},
		Left:      []string{"Counter.Next (count/count.go): the stage changes it"},
	}, started.Taken)
	text := load(t, filepath.Join(next.Dir, "sum", "sum.go"))
	require.Contains(t, text, "strconv.Atoi(clean(field))")
	require.Contains(t, text, "total += n", "what was blank is the stage's own")
	require.NotContains(t, text, "func unused")
	require.Contains(t, load(t, filepath.Join(next.Dir, "sum", "extra.go")), "stage02-more/sum/other")
	goes(t, next.Dir, "test", "./...")
}

func TestWhatDoesNotCompileInTheNextStageIsLeft(t *testing.T) {
	t.Parallel()
	w, next := workshop(t)
	_, err := exercise.Start(t.Context(), w, exercise.StartOptions{})
	require.NoError(t, err)
	next.Stage.Parts[0].Steps = next.Stage.Parts[0].Steps[2:]
	stage := exercise.Work{Dir: filepath.Join(next.Root, next.Stage.Dir)}
	change(t, stage, "sum/sum.go", `const Separator = "+"`, `const Separator = '+'`)
	change(t, stage, "sum/sum.go", "Split(text, Separator)", "Split(text, string(Separator))")
	change(t, w, "sum/sum.go", `panic("write me: parse")`, "return len(field + Separator), nil")

	started, err := exercise.Start(t.Context(), next, exercise.StartOptions{From: &w})
	require.NoError(t, err)
	require.Empty(t, started.Taken.Functions)
	require.Len(t, started.Taken.Left, 1)
	require.Contains(t, started.Taken.Left[0], "sum/sum.go: it does not compile in this stage: sum/sum.go:")
	goes(t, next.Dir, "test", "./...")
}

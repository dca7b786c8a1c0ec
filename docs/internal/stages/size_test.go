package stages_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// measured are the figures of a stage of two parts: a core step that changes
// c.go and has a test and a function to write, a given one with what serves
// tests, and a deep one.
func measured(t *testing.T) stages.Figures {
	t.Helper()
	files := map[string]string{
		"stage01-one/c.go":                  "package a\n" + strings.Repeat("// one\n", 10),
		"stage01-one/g.go":                  "package a\n" + strings.Repeat("// one\n", 10),
		"stage02-two/c.go":                  "package a\n" + strings.Repeat("// two\n", 60),
		"stage02-two/c_test.go":             "package a\n\nimport \"testing\"\n" + strings.Repeat("// test\n", 78),
		"stage02-two/g.go":                  "package a\n" + strings.Repeat("// one\n", 11),
		"stage02-two/registry/h.go":         "package registry\n" + strings.Repeat("// two\n", 39),
		"stage02-two/registry/htest/all.go": "package htest\n" + strings.Repeat("// two\n", 79),
		"stage02-two/d.go":                  "package a\n" + strings.Repeat("// two\n", 2),
	}
	all := []stages.Stage{{Number: 1, Dir: "stage01-one"}, {Number: 2, Dir: "stage02-two", Parts: []stages.Part{
		{Steps: []stages.Step{
			{Title: "Core", Role: stages.Core, HalfDay: true, Files: []string{"c.go", "c_test.go"}, Write: []string{"C"}},
			{Title: "Given", Role: stages.Given, Files: []string{"g.go", "registry/"}, Try: "go run ."},
		}},
		{Steps: []stages.Step{{Title: "Deep", Role: stages.Deep, HalfDay: true, Files: []string{"d.go"}, Try: "go run ."}}},
	}}}
	f, err := stages.Measure(tree(t, files), all, all[1])
	require.NoError(t, err)
	return f
}

func TestAStepIsAsLongAsItsLinesAtTheirRates(t *testing.T) {
	f := measured(t)
	core := stages.Size{Lines: 60, Tests: 80, Write: 1, Minutes: 60/10 + 80/40 + 7}
	given := stages.Size{Lines: 1 + 40, Tests: 80, Minutes: 2 + 80/40}
	deep := stages.Size{Lines: 3, Minutes: 1}
	require.Equal(t, []stages.Size{core, given, deep}, f.Steps)
	require.Equal(t, []stages.Size{{Lines: 101, Tests: 160, Write: 1, Minutes: 19}, deep}, f.Parts)
	require.Equal(t, map[stages.Role]stages.Size{stages.Core: core, stages.Given: given, stages.Deep: deep}, f.Roles)
	require.Equal(t, stages.Size{Lines: 104, Tests: 160, Write: 1, Minutes: 20}, f.All)
	require.Equal(t, stages.Size{Lines: 63, Tests: 80, Write: 1, Minutes: 16}, f.HalfDay)
	require.Equal(t, 60+80+41+80, f.FirstTry)
}

func TestNoiseIsWhatChangesBesideTheLesson(t *testing.T) {
	f := measured(t)
	require.Equal(t, 10, f.Deleted)
	require.InDelta(t, 100.0/71, f.Noise, 0.01, "1 line of g.go, of 71 that changed in c.go and g.go")
}

func TestTheGoalsAreForAllStagesTogether(t *testing.T) {
	f := measured(t)
	met := stages.Goals{CoreLines: 120, CoreMinutes: 30, CoreWrite: 2, FirstTry: 261}
	require.Empty(t, met.Missed([]stages.Figures{f, f}))
	missed := stages.Goals{CoreLines: 119, CoreMinutes: 29, CoreWrite: 3, DeepWrite: 1, FirstTry: 260}
	require.Equal(t, []string{
		"120 lines of core, more than 119",
		"30 minutes for the core, more than 29",
		"261 lines before the first thing to try, more than 260",
		"2 core functions to write, fewer than 3",
		"0 deep functions to write, fewer than 1",
	}, missed.Missed([]stages.Figures{f, f}))
}

func TestTheTableSumsUpWhatTheManifestMeasures(t *testing.T) {
	files, all := lesson()
	all[0].Idea, all[0].Limit = "one", "it ends"
	all[1].Idea, all[1].Limit = "two", "it ends again"
	table, err := stages.Table(tree(t, files), all)
	require.NoError(t, err)
	require.Equal(t, `| stage | the idea | what breaks at its end | core lines | all lines | test lines | core minutes | all minutes |
|---|---|---|---|---|---|---|---|
| [01](stage01-one) | one | it ends | 0 | 14 | 0 | 0 | 1 |
| [02](stage02-two) | two | it ends again | 6 | 8 | 4 | 8 | 9 |
| | | together | 6 | 22 | 4 | 8 | 10 |
`, table)
	figures, err := stages.FiguresTable(tree(t, files), all)
	require.NoError(t, err)
	require.Equal(t, `| stage | core | deep | given | to write | half day | deleted | noise | to the first try |
|---|---|---|---|---|---|---|---|---|
| 01 | 0 lines, 0 min | 0 lines, 0 min | 14 lines, 1 min | 0 + 0 | 0 min | 0 | 0.0 % | 14 |
| 02 | 6 lines, 8 min | 0 lines, 0 min | 2 lines, 1 min | 1 + 0 | 0 min | 5 | 57.1 % | 12 |
`, figures)
}

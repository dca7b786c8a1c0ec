package text_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text"
	"example.com/workshop/docs/internal/workspace"
)

const matrixJSON = `{"cells": [
	{"stage": 1, "fault": "server-crash", "runs": [{"sent": 500, "failed": 390, "recovery": {"never": true}}]},
	{"stage": 2, "fault": "server-crash", "runs": [{"sent": 500, "failed": 7, "recovery": {"after": 5800000000}}]},
	{"stage": 2, "over": "grpc", "fault": "server-crash", "runs": [{"sent": 501, "failed": 0}]},
	{"stage": 1, "fault": "registry-crash", "skipped": "no registry"}
]}`

// lookedUp returns what a key is on a page, or its problem.
func lookedUp(t *testing.T, key string) string {
	t.Helper()
	root := repository(t, map[string]string{"README.md": "Text <!-- from: " + key + " -->?<!-- /from --> text.\n", "docs/fault-matrix.json": matrixJSON})
	pages, err := text.Pages(root, fake())
	require.NoError(t, err)
	all, err := text.Sync(root, fake(), pages)
	require.NoError(t, err)
	if len(all[0].Problems) > 0 {
		return all[0].Problems[0].Text
	}
	require.Len(t, all[0].Stale, 1)
	const before, after = "Text <!-- from: ", "<!-- /from --> text.\n"
	require.Contains(t, all[0].Text, before+key+" -->")
	return all[0].Text[len(before+key+" -->") : len(all[0].Text)-len(after)]
}

func TestFiguresComeFromTheManifest(t *testing.T) {
	for key, want := range map[string]string{
		"table stage=1 core":               "9",
		"table stage=1 deep":               "3",
		"table stage=1 given":              "0",
		"table stage=1 lines":              "12",
		"table stage=1 tests":              "3",
		"table stage=1 minutes":            "8",
		"table stage=1 deep-minutes":       "1",
		"table stage=1 all-minutes":        "9",
		"table stage=1 halfday":            "8",
		"table stage=1 write":              "1",
		"table stage=1 part=1 all-minutes": "8",
		"table stage=1 part=2 all-minutes": "1",
		"table stage=1 step=2 lines":       "3",
		"table minutes":                    "8",
		"table stage=9 core":               "from: stage 9: there are stages 1 to 2",
		"table stage=x core":               "from: stage=x is not a number",
		"table stage=1 part=3 core":        "from: stage 1 has parts 1 to 2",
		"table stage=1 step=3 core":        "from: stage 1 has steps 1 to 2",
		"table step=1 core":                "from: a part or a step is one of a stage",
		"table stage=1 cores":              `from: the table has no "cores"; it has all-minutes, core, deep, deep-minutes, deep-write, given, halfday, lines, minutes, tests, write`,
		"table stage=1 core deep":          "from: table asks for both core and deep",
		"table row=1 core":                 "from: table has no row",
		"thin air":                         "from: thin is neither table nor matrix",
	} {
		require.Equal(t, want, lookedUp(t, key), key)
	}
}

func TestFiguresComeFromTheMatrix(t *testing.T) {
	for key, want := range map[string]string{
		`matrix row="a server crashes (SIGKILL)" stage=1`:    "390 of 500 failed, recovery never",
		`matrix row="server-crash" stage=2`:                  "7 of 500 failed, recovery 5.8 s",
		`matrix row=server-crash stage=2 failed`:             "7",
		`matrix row=server-crash stage=2 sent`:               "500",
		`matrix row=server-crash stage=2 recovery`:           "5.8 s",
		`matrix row=server-crash stage=2 over=grpc sent`:     "501",
		`matrix row=registry-crash stage=1`:                  "– (no registry)",
		`matrix row=registry-crash stage=1 sent`:             "from: that cell was not measured",
		`matrix row=server-crash stage=2 p99`:                "from: a cell has no p99; it has failed, sent and recovery",
		`matrix row=server-crash stage=7`:                    "from: the matrix has no cell of stage 7",
		`matrix row="a server crashs (SIGKILL)" stage=1`:     `from: no row "a server crashs (SIGKILL)" in the matrix; did you mean "a server crashes (SIGKILL)"?`,
		`matrix row="a server crashes (SIGKILL)" stage=none`: "from: stage=none is not a number",
	} {
		require.Equal(t, want, lookedUp(t, key), key)
	}
}

func TestWholeTablesAreWrittenToo(t *testing.T) {
	require.Contains(t, lookedUp(t, "table"), "\n\n| stage | the idea |")
	require.Contains(t, lookedUp(t, "table"), "\n| [01](stage01-rpc) | one |")
	require.Contains(t, lookedUp(t, "matrix"), "\n\n| fault | 01 one | 02 two |\n")
	require.Contains(t, lookedUp(t, "matrix"), "| **390 of 500 failed, recovery never** |")
	require.Equal(t, "\n\n| what happens | 01 | 02 |\n|---|---|---|\n| a server crashes (SIGKILL) | **78 % for ever** | **1 % for 5.8 s** |\n\n", lookedUp(t, `matrix rows="server-crash"`))
	require.Equal(t, `from: no row "server-crush" in the matrix; did you mean "server-crash"?`, lookedUp(t, `matrix rows="server-crash server-crush"`))
	require.Contains(t, lookedUp(t, "matrix"), "| "+faults.All()[0].Title+" |")
}

func TestAStaleFigureSaysWhatItIsNow(t *testing.T) {
	s := synced(t, "README.md", "a\nb <!-- from: table stage=1 core -->8<!-- /from --> `c`, as `<!-- from: x -->` and `<!-- /from -->`\n\n```text\n<!-- from: x -->8<!-- /from -->\n```\n")
	require.Equal(t, []string{"README.md:2: it says 8, but table stage=1 core is 9"}, lines(s.Stale))
	require.Empty(t, s.Problems, "code shows such comments as they are")
}

func TestEveryPageOfTheWorkshopIsTrue(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	pages, err := text.Pages(root, stages.All())
	require.NoError(t, err)
	all, err := text.Sync(root, stages.All(), pages)
	require.NoError(t, err)
	for _, s := range all {
		for _, p := range append(s.Problems, s.Stale...) {
			t.Errorf("%s (go run ./docs sync writes the pages anew)", p)
		}
	}
}

func TestEveryPageOfTheWorkshopRefersToWhatIsThere(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	pages, err := text.Pages(root, stages.All())
	require.NoError(t, err)
	problems, err := text.CheckRefs(root, stages.All(), pages)
	require.NoError(t, err)
	for _, p := range problems {
		t.Error(p)
	}
}

package faults_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

// again is how the published matrix is measured.
const again = "measure it again: go run ./docs faults -repeat 3 -json -o docs/fault-matrix.md"

// rendered is how the page is made to say what is true now.
const rendered = "write the page anew: go run ./docs faults -render docs/fault-matrix.md"

// control are the faults that the stages before Green cannot but notice.
var control = []string{
	"server-crash", "server-port-taken", "server-hang", "server-hangs-past-lease", "method-panics", "server-slow", "server-moves", "server-joins",
	"server-hangs-short-wait", "connections-half-open", "registry-restart", "registry-away-servers-move",
}

func published(t *testing.T, name string) string {
	t.Helper()
	root, err := workspace.Root(".")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

// measured is what was measured last.
func measured(t *testing.T) (report faults.Report) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(published(t, "docs/fault-matrix.json")), &report))
	return report
}

func TestThePublishedMatrixIsWhatItsRunsSay(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	report := measured(t)
	changed, err := report.Source.Changed(root, stages.All())
	require.NoError(t, err)
	require.Equal(t, report.Markdown(faults.Columns(stages.All()), faults.All(), changed), published(t, "docs/fault-matrix.md"), rendered)

	require.Zero(t, faults.Invalid(report.Cells), again)
	require.Empty(t, faults.Noticed(faults.All(), report.Cells), again)
	for _, c := range report.Cells {
		if c.Skipped == "" {
			require.NotEmpty(t, c.Runs, again)
		} else {
			require.Regexp(t, "registry", c.Skipped, "a machine that cannot freeze measures no matrix")
		}
		if slices.Contains(control, c.Fault) {
			f := faults.All()[slices.IndexFunc(faults.All(), func(f faults.Fault) bool { return f.Name == c.Fault })]
			require.Equal(t, c.Stage < f.Green && c.Skipped == "", slices.ContainsFunc(c.Runs, faults.Outcome.Red),
				"%s in stage %d: where it must be noticed it was not, and so elsewhere proves nothing", c.Fault, c.Stage)
		}
	}
	require.NotContains(t, report.Source.Commit, "dirty", again)
}

func TestEveryCellOfThePublishedMatrixIsMeasuredUnlessItsRowSaysThatNoneIs(t *testing.T) {
	cells := make(map[string]int)
	for _, c := range measured(t).Cells {
		cells[c.Fault]++
	}
	for _, f := range faults.All() {
		want := len(faults.Columns(stages.All()))
		if f.Unmeasured {
			want = 0
		}
		require.Equal(t, want, cells[f.Name], "%s: %s; then it is not Unmeasured any more", f.Name, again)
		delete(cells, f.Name)
	}
	require.Empty(t, cells, "cells of rows that there are not: %s", again)
}

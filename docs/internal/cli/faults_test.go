package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
)

func TestFaultsThatAStageCannotHaveAreWrittenAsSuch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "matrix")
	status, stdout, stderr := docs(t, repository(t), "faults", "-stage", "1", "-fault", "registry-crash", "-o", file)
	require.Zero(t, status, stderr)
	require.Empty(t, stdout)
	require.Equal(t, "building stage01-rpc\n", stderr)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), ", the leader) | – (no registry) |\n\nMeasured by `go run ./docs faults -fault registry-crash -out ")

	require.Contains(t, string(text), "# The fault matrix\n")

	both := filepath.Join(t.TempDir(), "matrix.md")
	status, stdout, _ = docs(t, repository(t), "faults", "-stage", "1", "-fault", "registry-crash", "-json", "-o", both)
	require.Zero(t, status)
	require.Empty(t, stdout)
	text, err = os.ReadFile(strings.TrimSuffix(both, ".md") + ".json")
	require.NoError(t, err)
	require.True(t, json.Valid(text))
	text, err = os.ReadFile(both)
	require.NoError(t, err)
	require.Contains(t, string(text), ", the leader) | – (no registry) |\n")

	status, stdout, _ = docs(t, repository(t), "faults", "-stage=1", "--fault", "registry-crash", "-json")
	require.Zero(t, status)
	var report faults.Report
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	require.Equal(t, []faults.Cell{{Stage: 1, Fault: "registry-crash", Skipped: "no registry"}}, report.Cells)
	require.Equal(t, "go run ./docs faults -fault registry-crash -json -stage 1", report.Source.Command)
	require.Equal(t, "unknown", report.Source.Commit, "this folder is no repository")
	require.WithinDuration(t, time.Now(), report.Source.When, time.Minute)
}

func TestAMatrixThatCannotBeWrittenIsAnErrorBeforeItIsMeasured(t *testing.T) {
	folder := t.TempDir()
	for name, file := range map[string]string{
		"no folder": filepath.Join(folder, "no", "folder"),
		"a folder":  folder,
	} {
		status, _, stderr := docs(t, repository(t), "faults", "-stage", "1", "-fault", "registry-crash", "-o", file)
		require.Equal(t, 1, status, name)
		require.Regexp(t, "^docs: open .*"+regexp.QuoteMeta(file), stderr, name)
		require.NotContains(t, stderr, "building", name)
	}
	beside := filepath.Join(folder, "matrix.json")
	require.NoError(t, os.Mkdir(beside, 0o755))
	status, _, stderr := docs(t, repository(t), "faults", "-stage", "1", "-fault", "registry-crash", "-json", "-o", filepath.Join(folder, "matrix.md"))
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "docs: open "+beside)
	require.NoFileExists(t, filepath.Join(folder, "matrix.md"), "what was not measured leaves no file")
}

func TestWhatWasMeasuredIsNotLostWithItsFile(t *testing.T) {
	temp, folder := t.TempDir(), filepath.Join(t.TempDir(), "folder")
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	require.NoError(t, os.Mkdir(folder, 0o755))
	var stderr bytes.Buffer
	a := app(repository(t), io.Discard, &stderr)
	build := a.Build
	a.Build = func(ctx context.Context, dir, out string, tick func(time.Duration)) error {
		return errors.Join(os.Remove(folder), build(ctx, dir, out, tick)) // the folder goes while it is measured
	}
	status := a.Run(t.Context(), []string{"faults", "-stage", "1", "-fault", "registry-crash", "-o", filepath.Join(folder, "matrix")})
	require.Equal(t, 1, status)
	said := regexp.MustCompile(`: what was measured is in (\S+)\n$`).FindStringSubmatch(stderr.String())
	require.NotNil(t, said, stderr.String())
	text, err := os.ReadFile(said[1])
	require.NoError(t, err)
	require.Contains(t, string(text), "# The fault matrix\n")
}

func TestATableIsRenderedAnewWithoutMeasuring(t *testing.T) {
	root := repository(t)
	for _, s := range stages.All() {
		require.NoError(t, os.MkdirAll(filepath.Join(root, s.Dir), 0o755))
	}
	page := filepath.Join(t.TempDir(), "matrix.md")
	status, _, stderr := docs(t, root, "faults", "-stage", "1", "-fault", "registry-crash", "-json", "-o", page)
	require.Zero(t, status, stderr)

	status, stdout, stderr := docs(t, root, "faults", "-render", page)
	require.Zero(t, status, stderr)
	require.Empty(t, stdout)
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Contains(t, string(text), "| – (no registry) | not measured |")
	require.NotContains(t, string(text), "Stage 01 has changed")
	require.Contains(t, string(text), "\nStage 02 has changed since this was measured.\n", "it has not been measured")

	server := filepath.Join(root, "stage01-rpc", "cmd", "arith-server")
	require.NoError(t, os.MkdirAll(server, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(server, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644))
	status, _, stderr = docs(t, root, "faults", "-render", page)
	require.Zero(t, status, stderr)
	text, err = os.ReadFile(page)
	require.NoError(t, err)
	require.Contains(t, string(text), "\nStage 01 has changed since this was measured.\n")
}

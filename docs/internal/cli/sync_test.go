package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text"
	"example.com/workshop/docs/internal/workspace"
)

func TestSyncChecksFirstAndWritesThen(t *testing.T) {
	root := repository(t)
	page := filepath.Join(root, "stage02-registry", "README.md")
	require.NoError(t, os.WriteFile(page, []byte("```go stage02-registry/arith.go Two\n```\n"), 0o644))
	status, stdout, stderr := docs(t, root, "sync", "-check")
	require.Equal(t, 1, status)
	require.Equal(t, "stage02-registry/README.md:1: the block is not what stage02-registry/arith.go Two is now\n", stdout)
	require.Equal(t, "docs: 1 places are stale: go run ./docs sync writes them anew\n", stderr)

	status, stdout, stderr = docs(t, filepath.Join(root, "docs"), "sync")
	require.Zero(t, status, stderr)
	require.Equal(t, "stage02-registry/README.md is written\n", stdout)
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, "```go stage02-registry/arith.go Two\nconst Two = 2\n```\n", string(text))

	for _, args := range [][]string{{"sync"}, {"sync", "-check"}} {
		status, stdout, stderr = docs(t, root, args...)
		require.Zero(t, status, stderr)
		require.Empty(t, stdout)
	}
}

func TestWhatSyncCannotLookUpIsAnErrorAndTheRestIsWritten(t *testing.T) {
	root := repository(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "README.md"),
		[]byte("```go stage02-registry/arith.go Tow\n```\n\n```go stage02-registry/arith.go Two\n```\n"), 0o644))
	status, stdout, stderr := docs(t, root, "sync")
	require.Equal(t, 1, status)
	require.Equal(t, "README.md:1: stage02-registry/arith.go: no declaration Tow; did you mean Two?\nREADME.md is written\n", stdout)
	require.Equal(t, "docs: 1 places cannot be looked up\n", stderr)
}

// command matches a sub-command as pages name it.
var command = regexp.MustCompile(`go run \./docs ([a-z]+)`)

func TestThePagesNameCommandsThatExist(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	pages, err := text.Pages(root, stages.All())
	require.NoError(t, err)
	known := make(map[string]bool)
	for _, page := range pages {
		for _, match := range command.FindAllStringSubmatch(page.Text, -1) {
			if !known[match[1]] {
				status, _, stderr := docs(t, root, match[1], "-h")
				require.Zero(t, status, "%s: %s", page.Path, stderr)
				known[match[1]] = true
			}
		}
	}
	require.True(t, known["diff"])
}

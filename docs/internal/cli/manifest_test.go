package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// shared is a file that the manifest lists in stage 1 and in no later one.
func shared(t *testing.T) string {
	t.Helper()
	for _, file := range []string{"arith/arith.go", "internal/memnet/memnet.go"} {
		for i, s := range stages.All() {
			if listed := s.Lists(file) > 0; listed != (i == 0) {
				break
			} else if i == len(stages.All())-1 {
				return file
			}
		}
	}
	require.FailNow(t, "the manifest has no such file any more")
	return ""
}

// carried is a repository in which all stages have the same file, one line
// behind in all but the last.
func carried(t *testing.T, file string) string {
	t.Helper()
	root := repository(t)
	for i, s := range stages.All() {
		text := "package a\n"
		if i == len(stages.All())-1 {
			text += "\n// One line more.\n"
		}
		path := filepath.Join(root, s.Dir, filepath.FromSlash(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return root
}

func TestCarryChecksFirstAndWritesThen(t *testing.T) {
	file := shared(t)
	root := carried(t, file)
	last := stages.All()[len(stages.All())-1].Dir
	inside := filepath.Join(root, last, filepath.Dir(filepath.FromSlash(file)))
	status, stdout, stderr := docs(t, inside, "carry", filepath.Base(file), "-check")
	require.Equal(t, 1, status)
	require.Equal(t, "docs: 4 copies would be written\n", stderr)
	require.Contains(t, stdout, "stage01-rpc/"+file+" would be written\n")

	status, stdout, stderr = docs(t, root, "carry", last+"/"+file)
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "stage01-rpc/"+file+" is written\n")
	status, stdout, _ = docs(t, root, "carry", "-check", filepath.Join(root, last, file))
	require.Zero(t, status)
	require.Contains(t, stdout, "stage01-rpc/"+file+" is the same\n")

	status, _, stderr = docs(t, root, "carry", "docs/go.mod")
	require.Equal(t, 2, status)
	require.Regexp(t, `^docs: .*docs/go.mod cannot be carried: it is in no stage's folder\n$`, stderr)
}

func TestTheTableIsPrinted(t *testing.T) {
	root := repository(t)
	for _, s := range stages.All() {
		require.NoError(t, os.MkdirAll(filepath.Join(root, s.Dir), 0o755))
	}
	status, stdout, stderr := docs(t, root, "table")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "| [01](stage01-rpc) |")
	status, stdout, stderr = docs(t, root, "table", "-figures")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "| noise |")
}

package workspace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/workspace"
)

// write makes empty files below dir.
func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, nil, 0o644))
	}
}

func TestRootIsFoundFromAnyFolderInside(t *testing.T) {
	root := filepath.Join(t.TempDir(), "the workshop")
	write(t, root, "go.work", "docs/go.mod", "docs/internal/x.go", "stage01-rpc/go.mod", "work/stage01-rpc/go.work")
	for _, dir := range []string{"", "docs", "docs/internal", "stage01-rpc", "work/stage01-rpc"} {
		got, err := workspace.Root(filepath.Join(root, dir))
		require.NoError(t, err)
		require.Equal(t, root, got, "from %q", dir)
	}
}

func TestOutsideTheWorkshopTheErrorSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.work") // someone else's workspace
	_, err := workspace.Root(dir)
	require.ErrorIs(t, err, workspace.ErrOutside)
	require.ErrorContains(t, err, dir)
	require.ErrorContains(t, err, "go.work")
}

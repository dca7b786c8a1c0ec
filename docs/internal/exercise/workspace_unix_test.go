//go:build unix

package exercise_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
)

func TestWhatNobodyCanReadToItsEndIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	want := check(t, w, exercise.CheckOptions{})
	at := func(name string) string { return filepath.Join(w.Dir, name) }
	require.NoError(t, os.Symlink("nowhere", at("dangling")))
	require.NoError(t, os.Symlink(".", at("loop")))
	require.NoError(t, syscall.Mkfifo(at("pipe"), 0o600))
	require.NoError(t, os.WriteFile(at("core"), nil, 0o600))
	require.NoError(t, os.Truncate(at("core"), 9<<20))

	require.Equal(t, statuses(want), statuses(check(t, w, exercise.CheckOptions{})))
	tree, err := stages.ReadTree(w.Dir)
	require.NoError(t, err)
	require.Contains(t, tree, "sum/sum.go")
	for _, name := range []string{"dangling", "loop", "pipe", "core"} {
		require.NotContains(t, tree, name)
	}

	kept, err := exercise.Reset(w, "", time.Now())
	require.NoError(t, err)
	backup, err := os.ReadDir(filepath.Join(w.Root, kept))
	require.NoError(t, err)
	var names []string
	for _, e := range backup {
		names = append(names, e.Name())
	}
	require.Subset(t, names, []string{"sum", "dangling", "loop", "core"})
	require.NotContains(t, names, "pipe")
	info, err := os.Lstat(at("pipe"))
	require.NoError(t, err)
	require.Equal(t, os.ModeNamedPipe, info.Mode().Type(), "it stays")
}

func TestAPipeInAFilesPlaceIsNamed(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	file := filepath.Join(w.Dir, "sum", "sum.go")
	require.NoError(t, os.Remove(file))
	require.NoError(t, syscall.Mkfifo(file, 0o600))
	_, err := exercise.Reset(w, "", time.Now())
	require.EqualError(t, err, file+" is not a regular file, and one of the stage belongs there")
}

package scratch_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/scratch"
)

// killedEnv makes the test binary take a folder and end without removing it, as
// a command that is killed does.
const killedEnv = "SCRATCH_KILLED"

// waitsEnv makes it wait until its input ends.
const waitsEnv = "SCRATCH_WAITS"

func TestMain(m *testing.M) {
	if os.Getenv(waitsEnv) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	if os.Getenv(killedEnv) != "" {
		f, err := scratch.New("test")
		if err != nil {
			panic(err)
		}
		if err := os.WriteFile(filepath.Join(f.Path, "data"), nil, 0o600); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// temp gives the test a folder for temporary files of its own.
func temp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // on Unix
	t.Setenv("TMP", dir)    // on Windows
	return dir
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	return found
}

// age makes every folder look as if it had been there for an hour.
func age(t *testing.T, dir string) {
	t.Helper()
	locks, err := filepath.Glob(filepath.Join(dir, "*", ".lock"))
	require.NoError(t, err)
	for _, lock := range locks {
		then := time.Now().Add(-time.Hour)
		require.NoError(t, os.Chtimes(lock, then, then))
	}
}

func newFolder(t *testing.T) *scratch.Folder {
	t.Helper()
	f, err := scratch.New("test")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Remove()) })
	return f
}

func TestWhatAKilledCommandLeftIsRemovedByTheNext(t *testing.T) {
	dir := temp(t)
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), killedEnv+"=1")
	require.NoError(t, cmd.Run())
	require.Len(t, list(t, dir), 1)

	young := newFolder(t)
	require.Len(t, list(t, dir), 2, "a folder this young may be about to be locked")
	require.NoError(t, young.Remove())

	age(t, dir)
	next := newFolder(t)
	require.Equal(t, []string{next.Path}, list(t, dir))
}

func TestAFolderInUseStays(t *testing.T) {
	dir := temp(t)
	first := newFolder(t)
	age(t, dir)
	second := newFolder(t)
	require.ElementsMatch(t, []string{first.Path, second.Path}, list(t, dir))
	require.NoError(t, second.Remove())
	require.NoError(t, second.Remove())
	require.Equal(t, []string{first.Path}, list(t, dir))
}

func TestFoldersOfOthersStay(t *testing.T) {
	dir := temp(t)
	for _, name := range []string{"workshop-mine", "elsewhere"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "elsewhere", ".lock"), nil, 0o600))
	age(t, dir)
	f := newFolder(t)
	require.ElementsMatch(t, []string{f.Path, filepath.Join(dir, "workshop-mine"), filepath.Join(dir, "elsewhere")}, list(t, dir))
}

func TestTheNameOfTheFolderForTemporaryFilesIsNoPattern(t *testing.T) {
	dir := filepath.Join(temp(t), "go [1]")
	left := filepath.Join(dir, "workshop-left")
	require.NoError(t, os.MkdirAll(left, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(left, ".lock"), nil, 0o600))
	then := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(left, ".lock"), then, then))
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	newFolder(t)
	require.NoDirExists(t, left)
}

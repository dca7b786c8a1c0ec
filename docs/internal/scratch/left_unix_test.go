//go:build unix

package scratch_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// running starts the test binary from a folder, where it waits until its input ends. The
// function ends that, and returns how the process ended.
func running(t *testing.T, dir string) (end func() *os.ProcessState) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	program, err := os.ReadFile(self)
	require.NoError(t, err)
	path := filepath.Join(dir, "program")
	require.NoError(t, os.WriteFile(path, program, 0o700))
	cmd := exec.Command(path)
	cmd.Env = append(os.Environ(), waitsEnv+"=1")
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return func() *os.ProcessState {
		require.NoError(t, input.Close())
		_ = cmd.Wait()
		return cmd.ProcessState
	}
}

func TestWhatStillRunsFromAFolderThatWasLeftBehindIsEnded(t *testing.T) {
	dir := temp(t)
	self, err := os.Executable()
	require.NoError(t, err)
	owner := exec.Command(self)
	owner.Env = append(os.Environ(), killedEnv+"=1")
	require.NoError(t, owner.Run())
	left := list(t, dir)
	require.Len(t, left, 1)
	used := newFolder(t)
	lives, killed := running(t, used.Path), running(t, left[0])

	age(t, dir)
	newFolder(t)
	require.NoDirExists(t, left[0])
	require.Equal(t, syscall.SIGKILL, killed().Sys().(syscall.WaitStatus).Signal())
	require.True(t, lives().Success(), "its folder is in use")
}

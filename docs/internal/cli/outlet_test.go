//go:build linux

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	for _, line := range []string{"demo 3", "diff 1"} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		require.NoError(t, err)
		t.Cleanup(func() { full.Close() })
		cmd := exec.Command(self, strings.Fields(line)...)
		cmd.Env = append(os.Environ(), childEnv+"="+repository(t))
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = full, &stderr
		require.ErrorContains(t, cmd.Run(), "exit status 1", line)
		require.Equal(t, "docs: standard output: no space left on device\n", stderr.String(), line)
	}
}

func TestAReaderThatHasSeenEnoughIsNoError(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	for _, line := range []string{"diff 1", "table", "solution 3 Store.Beat"} {
		reader, writer, err := os.Pipe()
		require.NoError(t, err)
		reader.Close()
		t.Cleanup(func() { writer.Close() })
		cmd := exec.Command(self, strings.Fields(line)...)
		cmd.Env = append(os.Environ(), childEnv+"="+root)
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = writer, &stderr
		require.NoError(t, cmd.Run(), "%s: %s", line, &stderr)
		require.Empty(t, stderr.String(), line)
	}
}

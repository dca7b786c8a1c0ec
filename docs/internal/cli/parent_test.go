//go:build unix

package cli_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheDemoEndsWithGoRun needs no compiler: what tells that go run started a
// program is where its executable lies, and a shell plays go run.
func TestTheDemoEndsWithGoRun(t *testing.T) {
	t.Parallel()
	for name, folder := range map[string]string{
		"that has built it":           filepath.Join("go-build1", "b001", "exe"),
		"that had it in its cache":    filepath.Join("go-build", "77", strings.Repeat("7a", 32)+"-d"),
		"that had it in one of yours": filepath.Join("cache", "77", strings.Repeat("7a", 32)+"-d"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endsWithGoRun(t, folder)
		})
	}
}

// endsWithGoRun starts a demo in this folder, and ends what plays go run.
func endsWithGoRun(t *testing.T, folder string) {
	self, err := os.Executable()
	require.NoError(t, err)
	tmp := t.TempDir()
	docs := filepath.Join(tmp, folder, "docs")
	require.NoError(t, os.MkdirAll(filepath.Dir(docs), 0o755))
	binary, err := os.ReadFile(self)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(docs, binary, 0o755))

	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { read.Close() })
	cmd := exec.Command("sh", "-c", `"$0" demo 3; true`, docs) // true keeps the shell from becoming the demo
	cmd.Env = append(os.Environ(), childEnv+"="+repository(t), "TMPDIR="+tmp)
	cmd.Stdout, cmd.Stderr = write, write
	require.NoError(t, cmd.Start())
	require.NoError(t, write.Close())
	lines := bufio.NewReader(read)
	_, err = lines.ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.Error(t, cmd.Wait())

	rest, err := io.ReadAll(lines) // until the demo and its processes have closed it
	require.NoError(t, err)
	require.Contains(t, string(rest), "docs: interrupted; everything is stopped\n")
	left, err := filepath.Glob(filepath.Join(tmp, "workshop-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

//go:build unix

package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatTheLabCannotShowIsAMistake(t *testing.T) {
	root := repository(t)
	for line, want := range map[string]string{
		"lab 9":                        "docs: stage 9: there are stages 1 to " + lastStage(),
		"lab 1 2 3":                    "docs: lab takes the numbers of one stage or two, so \"3\" is too much",
		"lab -ttl 0s":                  "docs: -ttl 0s is not between 1s and 1m",
		"lab -listen 8600":             `docs: -listen "8600": it is HOST:PORT`,
		"lab -listen 0.0.0.0:0":        "docs: -listen 0.0.0.0:0: the lab is for this machine alone, so its host is 127.0.0.1",
		"lab -replay x.json 3":         "docs: -replay takes no stage: the recording says what it shows",
		"lab -replay x.json -listen x": "docs: open x.json: no such file or directory",
	} {
		status, _, stderr := docs(t, root, strings.Fields(line)...)
		require.Equal(t, want+"\n", stderr, line)
		require.NotZero(t, status, line)
	}
	file := filepath.Join(t.TempDir(), "not.json")
	require.NoError(t, os.WriteFile(file, []byte("7 * 8"), 0o644))
	status, _, stderr := docs(t, root, "lab", "-replay", file)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "docs: "+file+": not a recording of the lab")
}

func TestTheLabSaysWhereItIsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	tmp := t.TempDir()
	cmd := exec.Command(self, "lab", "3", "-listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), childEnv+"="+repository(t), "TMPDIR="+tmp)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	require.NoError(t, err, stderr.String())
	addr, ok := strings.CutPrefix(strings.TrimSpace(first), "listening ")
	require.True(t, ok, first)
	second, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(second, "http://"+addr+"/?token="), second)

	resp, err := http.Get(strings.TrimSpace(second))
	require.NoError(t, err)
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Contains(t, string(page), "<title>Lab</title>")
	open, err := http.Get("http://" + addr + "/frames") // a page that is open does not hold it up
	require.NoError(t, err)
	defer open.Body.Close()

	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, cmd.Wait(), stderr.String())
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Empty(t, commandsBelow(t, tmp))
}

//go:build unix

package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
		"lab -replay x.json -listen x": "docs: -replay: stat x.json: no such file or directory",
		"lab -replay /dev/zero":        "docs: -replay: /dev/zero is not a regular file",
		"lab -rate 1000000":            "docs: unknown flag: -rate; -h lists the flags", // which the page has, with its bounds
	} {
		status, _, stderr := docs(t, root, strings.Fields(line)...)
		require.Equal(t, want+"\n", stderr, line)
		require.Equal(t, 2, status, line)
	}
	file := filepath.Join(t.TempDir(), "not.json")
	require.NoError(t, os.WriteFile(file, []byte("7 * 8"), 0o644))
	status, _, stderr := docs(t, root, "lab", "-replay", file)
	require.Equal(t, 2, status)
	require.Contains(t, stderr, "docs: -replay: "+file+": not a recording of the lab")
	require.NoError(t, os.Truncate(file, 1<<30))
	status, _, stderr = docs(t, root, "lab", "-replay", file)
	require.Equal(t, 2, status)
	require.Equal(t, "docs: -replay: "+file+": not a recording of the lab: it has 1024 MB, and the longest has less than 256\n", stderr)
}

// serving is a docs command in a process of its own that serves pages.
type serving struct {
	cmd       *exec.Cmd
	stderr    *strings.Builder
	tmp       string // its folder for temporary files
	addr, url string // as its first lines say
}

func serveAlone(t *testing.T, args ...string) *serving {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	s := &serving{cmd: exec.Command(self, append(args, "-listen", "127.0.0.1:0")...), stderr: new(strings.Builder), tmp: t.TempDir()}
	s.cmd.Env = append(os.Environ(), childEnv+"="+repository(t), "TMPDIR="+s.tmp)
	s.cmd.Stderr = s.stderr
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		require.NoError(t, s.cmd.Wait(), s.stderr) // only then is all said
	}
	require.NoError(t, err)
	addr, ok := strings.CutPrefix(strings.TrimSpace(first), "listening ")
	require.True(t, ok, first)
	second, err := lines.ReadString('\n')
	require.NoError(t, err)
	s.addr, s.url = addr, strings.TrimSpace(second)
	return s
}

// requireStopped interrupts the command, and looks for what it may have left.
func (s *serving) requireStopped(t *testing.T) {
	t.Helper()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, s.cmd.Wait(), s.stderr.String())
	left, err := os.ReadDir(s.tmp)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Empty(t, commandsBelow(t, s.tmp))
}

// read returns the text at an address.
func read(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(text)
}

func TestTheLabSaysWhereItIsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	s := serveAlone(t, "lab", "3")
	require.True(t, strings.HasPrefix(s.url, "http://"+s.addr+"/?token="), s.url)
	require.Contains(t, read(t, s.url), "<title>Lab</title>")
	open, err := http.Get("http://" + s.addr + "/frames") // a page that is open does not hold it up
	require.NoError(t, err)
	defer open.Body.Close()
	s.requireStopped(t)
}

func TestTheGuidesLabEndsWithTheGuide(t *testing.T) {
	t.Parallel()
	s := serveAlone(t)
	link := regexp.MustCompile(`"/lab/\?token=(\w+)"`).FindStringSubmatch(read(t, s.url+"/"))
	require.Len(t, link, 2, "the contents lead to it")
	require.Contains(t, read(t, s.url+"/lab/"), "<title>Lab</title>")
	start := func(host, origin string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/lab/start", strings.NewReader(`{"stages":[3]}`))
		require.NoError(t, err)
		req.Host = host
		req.Header.Set("X-Lab-Token", link[1])
		req.Header.Set("Origin", origin)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		return resp.StatusCode
	}
	require.Equal(t, http.StatusForbidden, start("evil.example", s.url))
	require.Equal(t, http.StatusForbidden, start(s.addr, "http://evil.example"))
	require.Empty(t, commandsBelow(t, s.tmp))
	require.Equal(t, http.StatusOK, start(s.addr, s.url))
	open, err := http.Get(s.url + "/lab/frames")
	require.NoError(t, err)
	defer open.Body.Close()
	require.Equal(t, http.StatusOK, open.StatusCode)
	s.requireStopped(t)
}

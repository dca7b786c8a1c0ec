//go:build unix

package cli_test

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// running is a docs demo 3 in a process of its own, under load.
type running struct {
	cmd    *exec.Cmd
	stdout *os.File // read up to the table's first line
	stderr *strings.Builder
	tmp    string   // its folder for temporary files
	addrs  []string // where its processes listen
}

// listener matches a line that names a process and its address.
var listener = regexp.MustCompile(`^(?:registry|server \w+) (\S+:\d+)`)

func demoUnderLoad(t *testing.T) *running {
	t.Helper()
	for _, stop := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(stop) { // as with nohup, and the demo would inherit it
			signal.Notify(make(chan os.Signal, 1), stop)
		}
	}
	self, err := os.Executable()
	require.NoError(t, err)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { read.Close() })
	r := &running{cmd: exec.Command(self, "demo", "3"), stdout: read, stderr: new(strings.Builder), tmp: t.TempDir()}
	r.cmd.Env = append(os.Environ(), childEnv+"="+repository(t), "TMPDIR="+r.tmp)
	r.cmd.Stdout, r.cmd.Stderr = write, r.stderr
	require.NoError(t, r.cmd.Start())
	require.NoError(t, write.Close())
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })

	lines := bufio.NewScanner(read)
	for lines.Scan() {
		if match := listener.FindStringSubmatch(lines.Text()); match != nil {
			r.addrs = append(r.addrs, match[1])
		}
		if strings.HasPrefix(lines.Text(), " 1 ") {
			return r
		}
	}
	require.FailNow(t, "the demo ended early", r.stderr.String())
	return nil
}

// requireNothingLeft waits for the demo's end, and looks for what it may have
// left behind.
func (r *running) requireNothingLeft(t *testing.T) {
	t.Helper()
	err := r.cmd.Wait()
	require.ErrorContains(t, err, "exit status 1")
	require.Equal(t, "docs: interrupted; everything is stopped\n", r.stderr.String())
	left, err := os.ReadDir(r.tmp)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Len(t, r.addrs, 4, "a registry and three servers")
	for _, addr := range r.addrs {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
			t.Errorf("someone still listens on %s", addr)
		}
	}
	require.Empty(t, commandsBelow(t, r.tmp))
}

// commandsBelow lists the running processes whose executable was started from a
// folder below dir, where /proc tells.
func commandsBelow(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	var found []string
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err == nil && strings.HasPrefix(string(line), dir) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

func TestASignalStopsTheDemoAndLeavesNothing(t *testing.T) {
	for _, stop := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(stop.String(), func(t *testing.T) {
			t.Parallel()
			r := demoUnderLoad(t)
			require.NoError(t, r.cmd.Process.Signal(stop))
			r.requireNothingLeft(t)
		})
	}
}

func TestAClosedPipeStopsTheDemoToo(t *testing.T) {
	t.Parallel()
	r := demoUnderLoad(t)
	require.NoError(t, r.stdout.Close()) // as in docs demo | head
	r.requireNothingLeft(t)
}

func TestADiffWhoseReaderHasSeenEnoughIsNoError(t *testing.T) {
	t.Parallel()
	root := repository(t)
	long := strings.Repeat("// A long file.\n", 1<<16) // more than a pipe holds
	require.NoError(t, os.WriteFile(filepath.Join(root, "stage01-rpc", "arith.go"), []byte(long), 0o644))
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "diff", "1")
	cmd.Env = append(os.Environ(), childEnv+"="+root)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, out.Close())
	require.NoError(t, cmd.Wait(), stderr.String())
	require.Empty(t, stderr.String())
}

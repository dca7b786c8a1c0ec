package main

import (
	"bufio"
	"context"
	"flag"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/mtls"
)

const asCommand = "WORKSHOP_TEST_AS_COMMAND"

// longest is how long a test waits for what must come.
const longest = 30 * time.Second

// TestMain lets the test binary be the command: the tests start it again, as
// a process of its own, and it does so itself with -nodes.
func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	flag.Set("test.parallel", "8") // they wait for processes, and seldom for a processor
	os.Exit(m.Run())
}

// quick are flags for a cluster that has a leader soon.
var quick = []string{"-listen", "127.0.0.1:0", "-heartbeat-interval", "20ms", "-election-timeout", "200ms"}

// command is a running command, and where its temporary files are.
type command struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr *bufio.Reader
	temp           string
	logged         map[string]string // the ids of processes by address
}

// launch starts the command. When the test ends its standard output has been
// closed by all who had it, so that no node is left.
func launch(t *testing.T, args ...string) *command {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	p := &command{t: t, cmd: exec.CommandContext(ctx, self, args...), temp: t.TempDir()}
	p.cmd.Env = append(os.Environ(), asCommand+"=1", "TMPDIR="+p.temp, "TMP="+p.temp,
		"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // or every process takes a second longer with -race
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	stderr, err := p.cmd.StderrPipe()
	require.NoError(t, err)
	p.stdout, p.stderr = bufio.NewReader(stdout), bufio.NewReader(stderr)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		cancel()
		io.Copy(io.Discard, p.stderr) // which the nodes have too
		p.cmd.Wait()
	})
	return p
}

// line waits for the next line of standard output.
func (p *command) line() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		stderr, _ := io.ReadAll(p.stderr)
		require.NoError(p.t, err, "standard output ended with %q; standard error: %s", line, stderr)
	}
	return strings.TrimSuffix(line, "\n")
}

// addrs waits for the line that says where the command listens, and for the
// lines of the log in which each node says so with its process's id.
func (p *command) addrs() []string {
	p.t.Helper()
	line := p.line()
	list, ok := strings.CutPrefix(line, "listening ")
	require.True(p.t, ok, "the first line is %q", line)
	addrs := strings.Split(list, ",")
	p.logged = make(map[string]string)
	for range addrs {
		line, err := p.stderr.ReadString('\n')
		require.NoError(p.t, err)
		said := regexp.MustCompile(` listening addr=(\S+) pid=(\d+)\n$`).FindStringSubmatch(line)
		require.NotNil(p.t, said, line)
		p.logged[said[1]] = said[2]
	}
	require.ElementsMatch(p.t, addrs, slices.Collect(maps.Keys(p.logged)))
	if len(addrs) == 1 {
		require.Equal(p.t, strconv.Itoa(p.cmd.Process.Pid), p.logged[addrs[0]])
	}
	return addrs
}

// pids waits for the lines about each node.
func (p *command) pids(addrs []string) (pids []int) {
	p.t.Helper()
	for i, addr := range addrs {
		line := p.line()
		fields := strings.Fields(line)
		require.Len(p.t, fields, 5, line)
		pid, err := strconv.Atoi(fields[3])
		require.NoError(p.t, err)
		require.Equal(p.t, []string{"node", "n" + strconv.Itoa(i+1), "pid", p.logged[addr], addr}, fields)
		pids = append(pids, pid)
	}
	return pids
}

// outcome is how a command ended, and what it said that was not read before.
type outcome struct {
	code           int // -1 when it was killed
	stdout, stderr string
}

// wait waits for the end of the command and of its nodes.
func (p *command) wait() outcome {
	p.t.Helper()
	stdout, err := io.ReadAll(p.stdout)
	require.NoError(p.t, err)
	stderr, err := io.ReadAll(p.stderr)
	require.NoError(p.t, err)
	p.cmd.Wait() // its error is the code
	return outcome{p.cmd.ProcessState.ExitCode(), string(stdout), string(stderr)}
}

// requireNothingLeft fails if there is a temporary file.
func (p *command) requireNothingLeft() {
	p.t.Helper()
	left, err := os.ReadDir(p.temp)
	require.NoError(p.t, err)
	require.Empty(p.t, left)
}

// kill ends a process without a word to it.
func kill(t *testing.T, pid int) {
	t.Helper()
	found, err := os.FindProcess(pid)
	require.NoError(t, err)
	require.NoError(t, found.Kill())
}

// dial returns a client of the etcd at addrs until the test ends.
func dial(t *testing.T, addrs []string, files mtls.Files) *clientv3.Client {
	t.Helper()
	cfg, err := files.Client()
	require.NoError(t, err)
	client, err := clientv3.New(clientv3.Config{Endpoints: addrs, Logger: zap.NewNop(), TLS: cfg})
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	return client
}

// put writes a key. While there is no leader it tries again.
func put(t *testing.T, key, value string, addrs ...string) {
	t.Helper()
	client := dial(t, addrs, mtls.Files{})
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // or it waits much longer for the lost leader
		defer cancel()
		_, err := client.Put(ctx, key, value)
		return err == nil
	}, longest, 10*time.Millisecond)
}

// get returns what is under a key.
func get(t *testing.T, key string, addrs ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	resp, err := dial(t, addrs, mtls.Files{}).Get(ctx, key)
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1)
	return string(resp.Kvs[0].Value)
}

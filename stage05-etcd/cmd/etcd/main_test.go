package main

import (
	"context"
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// longest is how long a test waits for what must come.
const longest = 30 * time.Second

func TestMain(m *testing.M) {
	flag.Set("test.parallel", "8") // they wait for processes, and seldom for a processor
	cmdtest.Main(m, main)
}

func TestHelpShowsExamplesAndEveryFlag(t *testing.T) {
	t.Parallel()
	require.Contains(t, cmdtest.Start(t, "-h").Wait().Stdout, "\n  etcd -nodes 3 ")
	cmdtest.RequireHelp(t, "etcd ", []string{
		"child", "cluster", "data", "election-timeout", "heartbeat-interval", "join", "listen", "listen-peer", "name", "nodes",
		"temporary", "tls-ca", "tls-cert", "tls-key",
	})
}

// quick are flags for a cluster that has a leader soon.
var quick = []string{"-listen", "127.0.0.1:0", "-heartbeat-interval", "20ms", "-election-timeout", "200ms"}

// command is a running command, and the ids of its nodes' processes by address.
type command struct {
	*cmdtest.Process
	t      *testing.T
	logged map[string]string
}

// launch starts the command. When the test ends its standard output has been
// closed by all who had it, so that no node is left.
func launch(t *testing.T, args ...string) *command {
	t.Helper()
	p := &command{Process: cmdtest.Start(t, args...), t: t}
	t.Cleanup(func() {
		if p.Cmd.ProcessState == nil { // or else it has been waited for
			p.Cmd.Process.Kill()
			p.Wait()
		}
	})
	return p
}

// addrs waits for the line that says where the command listens, and for the
// lines of the log in which each node says so with its process's id.
func (p *command) addrs() []string {
	p.t.Helper()
	line := p.Line()
	list, ok := strings.CutPrefix(line, "listening ")
	require.True(p.t, ok, "the first line is %q", line)
	addrs := strings.Split(list, ",")
	p.logged = make(map[string]string)
	for range addrs {
		line := p.Said("")
		said := regexp.MustCompile(` listening addr=(\S+) pid=(\d+)\n$`).FindStringSubmatch(line)
		require.NotNil(p.t, said, line)
		p.logged[said[1]] = said[2]
	}
	require.ElementsMatch(p.t, addrs, slices.Collect(maps.Keys(p.logged)))
	if len(addrs) == 1 {
		require.Equal(p.t, strconv.Itoa(p.Cmd.Process.Pid), p.logged[addrs[0]])
	}
	return addrs
}

// pids waits for the lines about each node.
func (p *command) pids(addrs []string) (pids []int) {
	p.t.Helper()
	for i, addr := range addrs {
		line := p.Line()
		fields := strings.Fields(line)
		require.Len(p.t, fields, 5, line)
		pid, err := strconv.Atoi(fields[3])
		require.NoError(p.t, err)
		require.Equal(p.t, []string{"node", "n" + strconv.Itoa(i+1), "pid", p.logged[addr], addr}, fields)
		pids = append(pids, pid)
	}
	return pids
}

// requireNothingLeft fails if there is a temporary file.
func (p *command) requireNothingLeft() {
	p.t.Helper()
	left, err := os.ReadDir(p.Cmd.Dir)
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

// put writes a key. While there is no leader it tries again.
func put(t *testing.T, key, value string, addrs ...string) {
	t.Helper()
	client := etcdtest.Client(t, mtls.Files{}, addrs...)
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
	resp, err := etcdtest.Client(t, mtls.Files{}, addrs...).Get(ctx, key)
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1)
	return string(resp.Kvs[0].Value)
}

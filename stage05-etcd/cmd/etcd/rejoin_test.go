//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

// lose runs a cluster that has written something, and removes the data of nodes
// when it has stopped. It returns the arguments to start it again.
func lose(t *testing.T, nodes ...string) (dir string, args []string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	args = append([]string{"-nodes", "3", "-data", dir}, quick...)
	p := launch(t, args...)
	put(t, "k", "v", p.addrs()...)
	require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(t, p.Wait().Code)
	for _, node := range nodes {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, node)))
	}
	return dir, args
}

func TestANodeThatHasLostItsDataGetsItFromTheOthers(t *testing.T) {
	t.Parallel()
	_, args := lose(t, "n2")
	p := launch(t, args...)
	require.Contains(t, p.Said("lost its data"), "name=n2")
	addrs := strings.Split(strings.TrimPrefix(p.Line(), "listening "), ",")
	require.Len(t, addrs, 3)
	require.Equal(t, "v", get(t, "k", addrs[1]))
	pid, err := strconv.Atoi(strings.Fields(p.Line())[3])
	require.NoError(t, err)
	kill(t, pid) // one of three, and not of two: the majority stays
	put(t, "k", "w", addrs[1:]...)
	require.Equal(t, "w", get(t, "k", addrs[1]))
}

func TestAClusterThatHasLostItsMajoritySaysSo(t *testing.T) {
	t.Parallel()
	dir, args := lose(t, "n2", "n3")
	got := launch(t, args...).Wait()
	cmdtest.RequireOneLine(t, got, 1, "etcd: -data "+dir+" holds the data of 1 nodes of 3, which is no majority: remove it to begin anew")
}

package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

// TestThreeNodesGoOnWithoutOne with the timing that etcd has by default.
func TestThreeNodesGoOnWithoutOne(t *testing.T) {
	t.Parallel()
	p := launch(t, "-nodes", "3", "-listen", "127.0.0.1:0")
	addrs := p.addrs()
	require.Len(t, addrs, 3)
	pids := p.pids(addrs)
	put(t, "k", "v", addrs[0])
	kill(t, pids[0])
	require.Contains(t, p.Said(""), "a node has ended")
	put(t, "k", "w", addrs[1:]...)
	require.Equal(t, "w", get(t, "k", addrs[2]))
}

func TestNodesDoNotOutliveTheirParentAndLeaveNothing(t *testing.T) {
	t.Parallel()
	p := launch(t, append(quick, "-nodes", "3")...)
	p.pids(p.addrs())
	require.NoError(t, p.Cmd.Process.Kill())
	p.Wait()
	p.requireNothingLeft()
}

func TestAClusterOfWhichAllNodesHaveEndedEnds(t *testing.T) {
	t.Parallel()
	p := launch(t, append(quick, "-nodes", "2")...)
	for _, pid := range p.pids(p.addrs()) {
		kill(t, pid)
	}
	got := p.Wait()
	require.Equal(t, 1, got.Code)
	require.Contains(t, got.Stderr, "etcd: all 2 nodes have ended\n")
	p.requireNothingLeft()
}

func TestAnAddressThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	for _, nodes := range []string{"1", "2"} {
		t.Run(nodes, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireWritten(t, "etcd", append(slices.Clone(quick), "-nodes", nodes)...)
		})
	}
}

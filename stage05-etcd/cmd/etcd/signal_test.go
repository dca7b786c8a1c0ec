//go:build unix

package main

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestASignalEndsTheNodeWith0AndLeavesNothing(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(fmt.Sprint(sig), func(t *testing.T) {
			t.Parallel()
			p := launch(t, quick...)
			put(t, "k", "v", p.addrs()...)
			require.NoError(t, p.Cmd.Process.Signal(sig))
			require.Equal(t, cmdtest.Outcome{}, p.Wait())
			p.requireNothingLeft()
		})
	}
}

func TestASignalEndsAllNodesAndLeavesNothing(t *testing.T) {
	t.Parallel()
	p := launch(t, append(quick, "-nodes", "3")...)
	pids := p.pids(p.addrs())
	require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
	require.Equal(t, cmdtest.Outcome{}, p.Wait())
	p.requireNothingLeft()
	for _, pid := range pids {
		require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH, "a node is left")
	}
}

func TestASignalEndsAClusterThatIsStillStarting(t *testing.T) {
	t.Parallel()
	p := launch(t, append(quick, "-name", "n1", "-cluster", "n1=http://127.0.0.1:1,n2=http://127.0.0.1:2")...)
	require.NoError(t, p.Cmd.Process.Signal(os.Interrupt))
	p.Wait()
	p.requireNothingLeft()
}

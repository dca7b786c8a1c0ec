//go:build unix

package main

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataOutlivesARestart(t *testing.T) {
	for _, nodes := range []string{"1", "3"} {
		t.Run(nodes, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-nodes", nodes, "-data", filepath.Join(t.TempDir(), "data")}, quick...)
			p := launch(t, args...)
			put(t, "k", "v", p.addrs()...)
			require.NoError(t, p.Cmd.Process.Signal(syscall.SIGTERM))
			require.Zero(t, p.Wait().Code)
			p = launch(t, args...)
			require.Equal(t, "v", get(t, "k", p.addrs()...))
			p.requireNothingLeft() // elsewhere
		})
	}
}

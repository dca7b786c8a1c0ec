package stages_test

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/workspace"
)

// Nobody is to commit a key.
func TestWhatTheCommandsWriteIsIgnored(t *testing.T) {
	root, err := workspace.Root(".")
	require.NoError(t, err)
	for _, name := range []string{"stage05-etcd/.certs/server-key.pem", "stage05-etcd/bin/etcd", "work/stage03-heartbeat/go.mod"} {
		cmd := exec.CommandContext(t.Context(), "git", "check-ignore", "-q", name)
		cmd.Dir = root
		err := cmd.Run()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 {
			t.Skip("this is no checkout of git's")
		}
		require.NoError(t, err, name)
	}
}

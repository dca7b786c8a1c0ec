//go:build unix

package cli_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSignalsReachAProcessByItsPID(t *testing.T) {
	sleep := exec.Command("sleep", "600")
	require.NoError(t, sleep.Start())
	ended := make(chan error, 1)
	go func() { ended <- sleep.Wait() }()
	defer sleep.Process.Kill()
	pid := sleep.Process.Pid
	send := func(what, want string) {
		t.Helper()
		status, stdout, stderr := docs(t, t.TempDir(), "signal", what, fmt.Sprint(pid))
		require.Zero(t, status, stderr)
		require.Equal(t, fmt.Sprintf("%d is %s\n", pid, want), stdout)
	}
	send("freeze", "frozen")
	require.Eventually(t, func() bool { // the system halts it in its own time
		state, err := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(pid)).Output()
		return err == nil && strings.HasPrefix(string(state), "T")
	}, time.Minute, 10*time.Millisecond)
	send("stop", "asked to stop")
	select {
	case <-ended:
		require.Fail(t, "a frozen process does not hear")
	case <-time.After(50 * time.Millisecond):
	}
	send("thaw", "thawed")
	require.ErrorContains(t, <-ended, "interrupt")
	status, _, stderr := docs(t, t.TempDir(), "signal", "kill", fmt.Sprint(pid))
	require.Equal(t, 1, status)
	require.Equal(t, fmt.Sprintf("docs: there is no process %d\n", pid), stderr)
}

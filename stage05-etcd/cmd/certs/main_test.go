package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

const asCommand = "WORKSHOP_TEST_AS_COMMAND"

// TestMain lets the test binary be the command: the tests start it again, as
// a process of its own, and see what its user sees.
func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// outcome is how a command ended, and what it said.
type outcome struct {
	code           int
	stdout, stderr string
}

// certs runs the command in dir.
func certs(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = append(os.Environ(), asCommand+"=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	cmd.Run() // its error is the code
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

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

// process is a running command.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr *bufio.Reader
}

// start starts the command. It is killed when the test ends, and after half a
// minute.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), asCommand+"=1",
		"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // or every process takes a second longer with -race
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		cmd.Wait()
	})
	return &process{t: t, cmd: cmd, stdout: bufio.NewReader(stdout), stderr: bufio.NewReader(stderr)}
}

// line waits for the next line of standard output.
func (p *process) line() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		stderr, _ := io.ReadAll(p.stderr)
		require.NoError(p.t, err, "standard output ended with %q; standard error: %s", line, stderr)
	}
	return strings.TrimSuffix(line, "\n")
}

// addr waits for the line that says where the command listens.
func (p *process) addr() string {
	p.t.Helper()
	line := p.line()
	addr, ok := strings.CutPrefix(line, "listening ")
	require.True(p.t, ok, "the first line is %q", line)
	return addr
}

func (p *process) signal(sig os.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(sig))
}

// outcome is how a command ended, and what it said that was not read before.
type outcome struct {
	code           int // -1 when it was killed
	stdout, stderr string
}

// wait waits for the end of the command.
func (p *process) wait() outcome {
	p.t.Helper()
	stdout, err := io.ReadAll(p.stdout)
	require.NoError(p.t, err)
	stderr, err := io.ReadAll(p.stderr)
	require.NoError(p.t, err)
	p.cmd.Wait() // its error is the code
	return outcome{p.cmd.ProcessState.ExitCode(), string(stdout), string(stderr)}
}

// requireOneLine holds the command to its promise about failures: the code,
// nothing on standard output, and one line on standard error.
func requireOneLine(t *testing.T, got outcome, code int, line string) {
	t.Helper()
	require.Equal(t, outcome{code: code, stderr: line + "\n"}, got)
}

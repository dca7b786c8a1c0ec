// Package cmdtest runs a command as its user does: in a process of its own. A test sees
// what it prints and how it ends.
package cmdtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asCommand is the environment variable that turns the test binary into the command.
const asCommand = "WORKSHOP_TEST_AS_COMMAND"

// Main is for the TestMain of a command. It runs the tests, or the command
// itself when Start has started the test binary again.
func Main(m *testing.M, command func()) {
	if os.Getenv(asCommand) != "" {
		command()
		return
	}
	if signal.Ignored(syscall.SIGHUP) { // as under nohup; the commands would inherit it
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	os.Exit(m.Run())
}

// Process is a running command. Its Outcome holds only the output that was not read
// before.
type Process struct {
	Cmd    *exec.Cmd
	t      *testing.T
	stdout *bufio.Reader
	stderr *bufio.Reader
}

// Command returns the command. It runs in a directory of its own, Dir, which holds its
// temporary files too. It is killed when the test ends, or after half a minute.
func Command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), asCommand+"=1", "TMPDIR="+cmd.Dir, "TMP="+cmd.Dir,
		"GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // otherwise every process takes a second longer with -race
	return cmd
}

// Start starts the Command.
func Start(t *testing.T, args ...string) *Process {
	t.Helper()
	cmd := Command(t, args...)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Wait() }) // t's context has ended by then, and so has cmd
	return &Process{Cmd: cmd, t: t, stdout: bufio.NewReader(stdout), stderr: bufio.NewReader(stderr)}
}

// Line waits for the next line of standard output.
func (p *Process) Line() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		stderr, _ := io.ReadAll(p.stderr)
		require.NoError(p.t, err, "standard output ended with %q; standard error: %s", line, stderr)
	}
	return strings.TrimSuffix(line, "\n")
}

// Addr waits until the output and the log name the address on which the command listens,
// and returns it. The line of the log names the process's id too.
func (p *Process) Addr() string {
	p.t.Helper()
	line := p.Line()
	addr, ok := strings.CutPrefix(line, "listening ")
	require.True(p.t, ok, "the first line is %q", line)
	require.Contains(p.t, p.Said(" listening addr="), fmt.Sprintf("addr=%s pid=%d\n", addr, p.Cmd.Process.Pid))
	return addr
}

// Said reads standard error up to a line that contains text, and returns that line.
func (p *Process) Said(text string) string {
	p.t.Helper()
	for said := ""; ; {
		line, err := p.stderr.ReadString('\n')
		require.NoError(p.t, err, "standard error ended without %q: %s", text, said)
		if said += line; strings.Contains(line, text) {
			return line
		}
	}
}

// Signal sends a signal to the command.
func (p *Process) Signal(sig os.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.Cmd.Process.Signal(sig))
}

// Wait waits for the end of the command.
func (p *Process) Wait() Outcome {
	p.t.Helper()
	stdout, err := io.ReadAll(p.stdout)
	require.NoError(p.t, err)
	stderr, err := io.ReadAll(p.stderr)
	require.NoError(p.t, err)
	p.Cmd.Wait() // its error only repeats the exit code
	return Outcome{p.Cmd.ProcessState.ExitCode(), string(stdout), string(stderr)}
}

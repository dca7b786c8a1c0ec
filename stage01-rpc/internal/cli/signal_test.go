//go:build unix

package cli_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stoppable starts a command that is to stop, and returns when it runs. The
// next line of stdout is why it stops; it goes on until stdin is closed.
func stoppable(t *testing.T, name string, args ...string) (cmd *exec.Cmd, stdin io.Closer, stdout *bufio.Reader) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), asCommand+"=to stop", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if signal.Ignored(syscall.SIGHUP) { // as with nohup, and the command would inherit it
		hangups := make(chan os.Signal, 1)
		signal.Notify(hangups, syscall.SIGHUP)
		t.Cleanup(func() { signal.Stop(hangups) })
	}
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	stdout = bufio.NewReader(out)
	said(t, stdout, "runs\n")
	return cmd, in, stdout
}

// said waits for a line, which must be want.
func said(t *testing.T, stdout *bufio.Reader, want string) {
	t.Helper()
	line, err := stdout.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, want, line)
}

// A terminal that is closed tells the process, and so does the shell in it. What
// a command does when it stops, such as to leave the registry, is seen through.
func TestATerminalThatIsClosedStopsACommandOnce(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd, stdin, stdout := stoppable(t, self)
	require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
	said(t, stdout, "hangup signal received\n")
	require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
	require.NoError(t, stdin.Close())
	require.NoError(t, cmd.Wait())
}

func TestNohupLetsACommandOutliveItsTerminal(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd, stdin, stdout := stoppable(t, "sh", "-c", `trap "" HUP; exec "$0"`, self)
	require.NoError(t, cmd.Process.Signal(syscall.SIGHUP))
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	said(t, stdout, "terminated signal received\n")
	require.NoError(t, stdin.Close())
	require.NoError(t, cmd.Wait())
}

func TestASignalThatIsSentTwiceStopsACommandOnce(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd, stdin, stdout := stoppable(t, self)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	said(t, stdout, "terminated signal received\n")
	for range 20 { // timeout(1) sends it once more
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		time.Sleep(time.Millisecond)
	}
	require.NoError(t, stdin.Close())
	require.NoError(t, cmd.Wait(), "it must leave the registry, and remove its data")
}

func TestACommandThatNobodyReadsEndsByItself(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	out, in, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, out.Close())
	defer in.Close()
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), asCommand+"=to be read", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	cmd.Stdout, cmd.Stderr = in, in
	require.ErrorContains(t, cmd.Run(), "exit status 1", "a signal would leave it no time to clean up")
}

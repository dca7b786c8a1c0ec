//go:build unix

package console

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.com/workshop/docs/internal/isolate"
)

// loop is the program of bash. It reads a file for the output and a command, and runs the
// command in its own process, so that variables, folder and $? last. Then it writes a
// line with the command's exit status and the last process in the background.
const loop = `__mark=$1; shift; __status=0
exec 4<&0 </dev/null
while IFS= read -r -d '' __out <&4 && IFS= read -r -d '' __command <&4; do
  { (exit $__status); eval "$__command"; } >"$__out" 2>&1 4<&-
  __status=$?
  printf '%s %d %s\n' "$__mark" "$__status" "$!" >"$__out"
done`

// shell is a bash that runs commands one after another, and owns all processes
// that they start.
type shell struct {
	*transcript
	cmd      *exec.Cmd
	commands io.WriteCloser
	dir      string        // holds the pipes of the commands, and temporary files
	pipes    []*os.File    // of each command
	ended    chan struct{} // closed when bash has ended
	gone     chan struct{} // closed when every process that it started has, too
}

// start starts a shell as the options say.
func start(opts Options) (*shell, error) {
	dir, err := os.MkdirTemp("", "console-")
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(filepath.Join(dir, "tmp"), 0o700); err != nil {
		return nil, err
	}
	// Without a terminal curl tells how far it is; with one, as a reader has it,
	// it does not.
	if err := os.WriteFile(filepath.Join(dir, ".curlrc"), []byte("silent\nshow-error\n"), 0o600); err != nil {
		return nil, err
	}
	s := &shell{transcript: newTranscript("\x1e" + rand.Text()), dir: dir, ended: make(chan struct{}), gone: make(chan struct{})}
	args := []string{"--noprofile", "--norc", "-c", loop, "bash", s.mark}
	if opts.Isolated {
		s.cmd = isolate.Command("bash", args...)
		if opts.Clone != "" {
			isolate.Put(s.cmd, opts.Clone, opts.Root)
		}
	} else {
		s.cmd = exec.Command("bash", args...)
		s.cmd.Env = os.Environ()
		s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	s.cmd.Dir = opts.Dir
	s.cmd.Env = append(s.cmd.Env, "TMPDIR="+filepath.Join(dir, "tmp"), "CURL_HOME="+dir, "NO_PROXY=*", "no_proxy=*", "TERM=dumb")
	s.cmd.Env = append(s.cmd.Env, opts.Env...)
	if s.commands, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	// Every process that bash starts holds this pipe's other end while it lives.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.cmd.ExtraFiles = []*os.File{write}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Linux ends an isolated command with this thread
		defer runtime.UnlockOSThread()
		err := s.cmd.Start()
		write.Close()
		started <- err
		if err == nil {
			_ = s.cmd.Wait() // how bash ends tells nothing
			close(s.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, errors.Join(err, read.Close(), os.RemoveAll(dir))
	}
	go func() {
		_, _ = read.Read(make([]byte, 1)) // returns at the end, since nothing is written
		read.Close()
		close(s.gone)
	}()
	return s, nil
}

// send hands a command to bash and returns its number.
func (s *shell) send(command string) (int, error) {
	number := len(s.pipes)
	name := filepath.Join(s.dir, strconv.Itoa(number))
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		return 0, err
	}
	// Open for both, the pipe stays open while nobody writes.
	pipe, err := os.OpenFile(name, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return 0, err
	}
	s.pipes = append(s.pipes, pipe)
	go s.read(number, pipe)
	_, err = io.WriteString(s.commands, name+"\x00"+command+"\x00")
	return number, err
}

// finished waits for the end of a command, up to a limit.
func (s *shell) finished(number int, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		if _, ok := s.status(number); ok {
			return nil
		}
		select {
		case <-s.changed:
		case <-s.ended:
			return errors.New("the shell has ended")
		case <-timer.C:
			return fmt.Errorf("the command did not end within %v; one that stays needs an & at its end", limit)
		}
	}
}

// lastStarted is the process that was last started in the background when a
// command had ended; empty if there is none.
func (s *shell) lastStarted(number int) string {
	status, _ := s.status(number)
	_, process, _ := strings.Cut(status, " ")
	return process
}

// killGrace is how long processes may take to be gone when they are killed.
const killGrace = 10 * time.Second

// close stops everything that the commands have started, and kills what does not
// stop within grace. Listens is whether bash can still run a command.
func (s *shell) close(listens bool, grace time.Duration) error {
	if listens {
		if number, err := s.send("kill $(jobs -p) 2>/dev/null; wait"); err == nil {
			_ = s.finished(number, grace) // else they are killed
		}
	}
	_ = s.commands.Close()
	err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		err = nil // all have ended
	}
	timer := time.NewTimer(killGrace)
	defer timer.Stop()
	for _, ended := range []chan struct{}{s.ended, s.gone} {
		select {
		case <-ended:
		case <-timer.C:
			return errors.New("a process that a command has started does not end")
		}
	}
	for _, pipe := range s.pipes {
		pipe.Close()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

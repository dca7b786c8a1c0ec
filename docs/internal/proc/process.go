package proc

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"time"
)

// ErrUnsupported is returned by Freeze and Thaw where the operating system
// cannot stop a process for a while (Windows).
var ErrUnsupported = errors.New("this operating system cannot freeze a process")

// Process is one running command. Its signals reach the command and everything
// that the command itself started. All methods are safe for concurrent use, and
// signalling a process that has ended does nothing.
type Process struct {
	name   string
	cmd    *exec.Cmd
	stderr *tail
	serves bool // others of its group; set before anybody else has the process
	done   chan struct{}
	err    error // of cmd.Wait; read after done
}

const (
	// pipeGrace bounds the wait for output that a grandchild still holds open
	// after its parent ended.
	pipeGrace = 500 * time.Millisecond
	// killGrace bounds the wait for a killed process to be gone.
	killGrace = 5 * time.Second
)

// start runs cmd in a goroutine that stays on one thread until the command
// ends: Linux ties a child's life to the thread that started it (see
// attributes).
func start(cmd *exec.Cmd, name string, stderr *tail) (*Process, error) {
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = pipeGrace
	p := &Process{name: name, cmd: cmd, stderr: stderr, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// Name is the name that the command was started under.
func (p *Process) Name() string { return p.name }

// PID is the process's number in the operating system.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended and all its output has been read.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the process ended. It is nil while the process runs and after exit
// status 0, and otherwise an error with the process's name, its exit status or signal,
// and the last line that it wrote to standard error, or its panic's.
func (p *Process) Err() error {
	select {
	case <-p.done:
	default:
		return nil
	}
	if p.err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", p.name, p.explain(p.err))
}

// explain adds what the process wrote to standard error about its end.
func (p *Process) explain(err error) error {
	if why := p.stderr.Why(); why != "" {
		return fmt.Errorf("%w: %s", err, why)
	}
	return err
}

// Stderr returns the last lines that the process wrote to standard error.
func (p *Process) Stderr() []string { return p.stderr.Lines() }

// Kill ends the process at once, as a crash or a power cut would (SIGKILL).
func (p *Process) Kill() error { return p.signal(sigKill) }

// Terminate asks the process to stop (SIGTERM; on Windows, Ctrl-Break).
func (p *Process) Terminate() error { return p.signal(sigTerm) }

// Interrupt asks the process to stop as Ctrl-C does (SIGINT; on Windows,
// Ctrl-Break).
func (p *Process) Interrupt() error { return p.signal(sigInt) }

// Freeze stops the process until Thaw: its connections stay open and nothing
// answers on them (SIGSTOP).
func (p *Process) Freeze() error { return p.signal(sigStop) }

// Thaw lets a frozen process go on (SIGCONT).
func (p *Process) Thaw() error { return p.signal(sigCont) }

func (p *Process) signal(s signal) error {
	select {
	case <-p.done:
		return nil
	default:
		return send(p.cmd.Process, s)
	}
}

// finish asks the process to stop, kills it after grace, and returns when it is
// gone.
func (p *Process) finish(grace time.Duration) error {
	_ = p.Thaw() // a frozen process cannot hear the question
	if p.Interrupt() == nil && p.endsWithin(grace) {
		return nil
	}
	if err := p.Kill(); err != nil && !p.endsWithin(killGrace) {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	if !p.endsWithin(killGrace) {
		return fmt.Errorf("%s (process %d) is still there %v after it was killed", p.name, p.PID(), killGrace)
	}
	return nil
}

func (p *Process) endsWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}

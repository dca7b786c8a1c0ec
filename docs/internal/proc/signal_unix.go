//go:build unix

package proc

import (
	"errors"
	"os"
	"syscall"
)

type signal = syscall.Signal

const (
	sigKill = syscall.SIGKILL
	sigTerm = syscall.SIGTERM
	sigInt  = syscall.SIGINT
	sigStop = syscall.SIGSTOP
	sigCont = syscall.SIGCONT
)

// CanFreeze says whether Freeze and Thaw work here.
const CanFreeze = true

// send signals the process group that p leads. A group that is gone already is
// no error.
func send(p *os.Process, s signal) error {
	err := syscall.Kill(-p.Pid, s)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// sendPID signals one process.
func sendPID(pid int, s signal) error {
	err := syscall.Kill(pid, s)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

package proc

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

type signal int

const (
	sigKill signal = iota
	sigTerm
	sigInt
	sigStop
	sigCont
)

// CanFreeze says whether Freeze and Thaw work here.
const CanFreeze = false

// send does what Windows can: end a process, and press Ctrl-Break in its
// console group, which Go programs receive as os.Interrupt.
func send(p *os.Process, s signal) error {
	switch s {
	case sigKill:
		if err := p.Kill(); !errors.Is(err, os.ErrProcessDone) {
			return err
		}
		return nil
	case sigTerm, sigInt:
		return windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(p.Pid))
	default:
		return ErrUnsupported
	}
}

// sendPID does to one process what Windows can.
func sendPID(pid int, s signal) error {
	if s == sigStop || s == sigCont {
		return ErrUnsupported
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return os.ErrProcessDone // it is found only while it runs
	}
	defer p.Release()
	if s == sigKill {
		return p.Kill()
	}
	return windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(pid))
}

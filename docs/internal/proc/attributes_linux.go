package proc

import "syscall"

// attributes puts a child into a process group of its own, so that Ctrl-C
// reaches only the parent, which then stops the children in order; and has the
// kernel kill the child when the parent dies without a chance to do so.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

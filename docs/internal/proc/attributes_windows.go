package proc

import "syscall"

// attributes puts a child into a process group of its own, so that Ctrl-C
// reaches only the parent, which then stops the children in order.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

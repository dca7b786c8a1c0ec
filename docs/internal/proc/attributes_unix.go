//go:build unix && !linux

package proc

import "syscall"

// attributes puts a child into a process group of its own, so that Ctrl-C
// reaches only the parent, which then stops the children in order. Only Linux
// can also tie a child's life to its parent's.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

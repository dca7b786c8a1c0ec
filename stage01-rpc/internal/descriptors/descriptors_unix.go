//go:build unix

package descriptors

import "syscall"

// limit returns how many connections and files the process may have open.
func limit() int {
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) != nil {
		return 256
	}
	return int(min(uint64(files.Cur), 1<<20))
}

//go:build unix

package scratch

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks the file until it is closed, or fails at once if another
// process, or another opening of the file, has it.
func tryLock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// busy reports whether tryLock failed because somebody has the file.
func busy(err error) bool { return errors.Is(err, unix.EWOULDBLOCK) }

package scratch

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks the file until it is closed, or fails at once if another
// process, or another opening of the file, has it.
func tryLock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
}

// busy reports whether tryLock failed because somebody has the file.
func busy(err error) bool { return errors.Is(err, windows.ERROR_LOCK_VIOLATION) }

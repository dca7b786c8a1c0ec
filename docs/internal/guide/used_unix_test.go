//go:build unix

package guide_test

import (
	"syscall"
	"time"
)

// used is how much processor time the test has used: other than a clock's, it
// tells what a page costs on a busy machine too.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

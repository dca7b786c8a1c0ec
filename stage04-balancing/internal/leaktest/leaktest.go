// Package leaktest fails a package's tests when they leave a goroutine behind.
package leaktest

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long a goroutine may take to end after the last test.
const patience = 5 * time.Second

// Main runs the tests and exits. It is for a TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if left := leaked(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines left behind:\n\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines that run the workshop's code, or
// net/rpc's, and do not end within patience.
func leaked() string {
	var left []string
	for start := time.Now(); time.Since(start) < patience; time.Sleep(time.Millisecond) {
		buf := make([]byte, 1<<20)
		buf = buf[:runtime.Stack(buf, true)]
		left = nil
		for _, stack := range strings.Split(string(buf), "\n\n")[1:] { // the first stack is this goroutine's
			if strings.Contains(stack, "example.com/workshop") || strings.Contains(stack, "net/rpc") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			break
		}
	}
	return strings.Join(left, "\n\n")
}

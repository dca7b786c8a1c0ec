package client_test

import (
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// TestMain serves the benchmarks when it is started as their server, and
// fails when a test has left a goroutine behind.
func TestMain(m *testing.M) {
	if os.Getenv(serversVar) != "" {
		serveUntilEOF()
		return
	}
	code := m.Run()
	if left := leaked(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines left behind:\n\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines that run the workshop's code, or
// net/rpc's, and do not end within seconds.
func leaked() string {
	var left []string
	for start := time.Now(); time.Since(start) < 5*time.Second; time.Sleep(time.Millisecond) {
		buf := make([]byte, 1<<20)
		buf = buf[:runtime.Stack(buf, true)]
		left = nil
		for _, stack := range strings.Split(string(buf), "\n\n")[1:] { // the first is this one
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

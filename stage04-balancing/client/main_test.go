package client_test

import (
	"os"
	"testing"

	"example.com/workshop/stage04-balancing/internal/leaktest"
	"example.com/workshop/stage04-balancing/internal/logtest"
)

var quiet = logtest.Quiet()

// TestMain serves the benchmarks when it is started as their server, and fails
// when a test has left a goroutine behind.
func TestMain(m *testing.M) {
	if os.Getenv(serversVar) != "" {
		serveUntilEOF()
		return
	}
	leaktest.Main(m)
}

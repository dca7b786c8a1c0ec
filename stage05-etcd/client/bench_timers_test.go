package client_test

import (
	"sync"
	"testing"
	"time"
)

// BenchmarkTimers64Callers shows what a call would pay for a timer of its own.
func BenchmarkTimers64Callers(b *testing.B) { compareTimers(b, 64) }

// BenchmarkTimers1Caller is the same with one caller.
func BenchmarkTimers1Caller(b *testing.B) { compareTimers(b, 1) }

// compareTimers adds a timer that is set and stopped to each call of a client, a new
// one or one from a pool.
func compareTimers(b *testing.B, callers int) {
	kept := balanced(b, inThisProcess(b))
	var pool sync.Pool
	contest(b, callers, []contender{
		kept,
		{"new-timer", func(i int) error {
			timer := time.NewTimer(5 * time.Second)
			defer timer.Stop()
			return kept.call(i)
		}},
		{"pooled-timer", func(i int) error {
			timer, ok := pool.Get().(*time.Timer)
			if !ok {
				timer = time.NewTimer(time.Hour)
			}
			timer.Reset(5 * time.Second)
			defer pool.Put(timer)
			defer timer.Stop()
			return kept.call(i)
		}},
	})
}

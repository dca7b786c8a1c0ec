package client_test

import (
	"sync"
	"testing"
	"time"
)

// BenchmarkTimers shows what a call would pay for a timer that is set and stopped
// each time: such a timer is added to a client's call.
func BenchmarkTimers64Callers(b *testing.B) { compareTimers(b, 64) }

func BenchmarkTimers1Caller(b *testing.B) { compareTimers(b, 1) }

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

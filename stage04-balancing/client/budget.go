package client

import (
	"sync"
	"sync/atomic"
	"time"
)

// Retries may be a fifth of the calls, and ten more per second for clients that make few
// calls. This bound keeps retries from multiplying the load when every server fails.
// Finagle's RetryBudget has the same terms.
const (
	budgetShare   = 200     // thousandths of a retry that a call earns
	budgetPerSec  = 10_000  // thousandths that a second earns
	budgetLimit   = 100_000 // thousandths that can be saved
	budgetReserve = 10_000  // thousandths to begin with
)

// budget counts thousandths of retries. The zero budget has its reserve.
type budget struct {
	balance atomic.Int64 // without the reserve, so it may be negative

	mu    sync.Mutex // guards the field below
	since time.Time  // when time was last paid out
}

// earn adds what one call earns.
func (b *budget) earn() { b.balance.Add(budgetShare) }

// spend adds what time has earned (payTime). Then it takes one retry, which is 1000, from
// the balance and returns true. The balance may fall to -budgetReserve. If it would fall
// below that, spend returns false and takes nothing.
func (b *budget) spend() bool {
	b.payTime()
	if b.balance.Add(-1000) >= -budgetReserve {
		return true
	}
	b.balance.Add(1000)
	return false
}

// payTime adds what the time since its last call has earned. It cuts the balance,
// together with the reserve, to budgetLimit.
func (b *budget) payTime() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, pay := time.Now(), int64(0)
	if !b.since.IsZero() {
		pay = int64(now.Sub(b.since).Seconds() * budgetPerSec)
	}
	b.since = now
	b.balance.Add(min(pay, budgetLimit-budgetReserve-b.balance.Load()))
}

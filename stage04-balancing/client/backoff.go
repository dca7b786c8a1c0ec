package client

import (
	"math/rand/v2"
	"time"
)

// The backoff between two dials of one instance doubles from the first to the longest.
const (
	firstBackoff   = 100 * time.Millisecond
	longestBackoff = 5 * time.Second
)

// backoff returns how long to wait after a number of dials in a row, at least one, have
// failed: firstBackoff after one, twice as long after each other one, and longestBackoff
// at most. The result is random, up to a fifth more or less than that, so that clients
// which lost an instance together do not dial it together.
func backoff(failures int) time.Duration {
	wait := min(firstBackoff<<min(failures-1, 10), longestBackoff)
	return wait*4/5 + rand.N(wait*2/5)
}

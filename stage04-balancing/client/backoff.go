package client

import (
	"math/rand/v2"
	"time"
)

// The pause between two dials of one instance doubles from the first to the longest. An
// instance whose connection lasted for some time is dialled again at once when it breaks; if
// it did not last, the dial counts as failed.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
	lasted       = time.Second
)

// backoff makes the pauses between the dials of one instance.
type backoff struct {
	failures int // in a row
}

// wait waits before n is dialled again, whose connection lasted so long, or was not made. It
// ends early when n is to be dialled without a pause, or when n's life ends.
func (b *backoff) wait(n *node, connected time.Duration) {
	if connected >= lasted {
		b.failures = 0
		return
	}
	b.failures++
	select {
	case <-time.After(b.pause()):
	case <-n.redial:
		b.failures = 0
	case <-n.life.Done():
	}
}

// pause returns firstPause after one failure, twice as long after each other one, and
// longestPause at most. The result is random, up to a fifth more or less than that, so that
// clients which lost an instance together do not dial it together.
func (b *backoff) pause() time.Duration {
	pause := min(firstPause<<min(b.failures-1, 10), longestPause)
	return pause*4/5 + rand.N(pause*2/5)
}

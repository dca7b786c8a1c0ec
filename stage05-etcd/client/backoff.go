package client

import (
	"math/rand/v2"
	"time"
)

// The pause between two dials of one instance doubles from firstPause to longestPause. If
// a connection breaks that has lasted, the instance is dialled again at once. If it has
// not, the dial counts as failed.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
	lasted       = time.Second
)

// backoff computes the pauses between the dials of one instance.
type backoff struct {
	failures int // failed dials in a row
}

// wait pauses before the next dial of n, unless the last connection lasted long enough.
// The pause ends early when n.redial asks for a dial, or when n's life ends.
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

// pause returns firstPause after one failure, twice as long after each further one, and
// at most longestPause. The result is random, up to a fifth more or less, so that clients
// that lost an instance together do not dial it together.
func (b *backoff) pause() time.Duration {
	pause := min(firstPause<<min(b.failures-1, 10), longestPause)
	return pause*4/5 + rand.N(pause*2/5)
}

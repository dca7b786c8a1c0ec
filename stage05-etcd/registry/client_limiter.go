package registry

import (
	"context"
	"time"
)

// A watcher may poll pollBurst times without a pause, and then once in pollEvery, so that
// it does not overload a registry that always responds at once, for whatever reason.
const (
	pollBurst = 50
	pollEvery = 10 * time.Millisecond
)

// pollShare is the ratio of waiting to reading. If answers come all the time, the next
// polls wait that many times as long as an answer took to read. Otherwise a long list that
// always changes would take a whole processor of each client.
const pollShare = 4

// limiter limits the rate of a watcher's polls (the generic cell rate algorithm
// of ITU-T I.371). The zero limiter has its whole burst.
type limiter struct {
	full time.Time // when the whole burst is there again
}

// wait returns true once a poll is due, and counts it, or false when ctx ends
// first.
func (l *limiter) wait(ctx context.Context) bool {
	if early := time.Until(l.full.Add(-(pollBurst - 1) * pollEvery)); early > 0 {
		pause(ctx, early)
	}
	if ctx.Err() != nil {
		return false
	}
	if now := time.Now(); l.full.Before(now) {
		l.full = now
	}
	l.full = l.full.Add(pollEvery)
	return true
}

// took counts the time that an answer took to read, maxPause at most.
func (l *limiter) took(d time.Duration) {
	l.full = l.full.Add(pollShare * min(d, maxPause))
}

// delay makes the next poll due after d at the earliest.
func (l *limiter) delay(d time.Duration) {
	l.full = time.Now().Add((pollBurst-1)*pollEvery + d)
}

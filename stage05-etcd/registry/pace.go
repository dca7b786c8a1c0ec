package registry

import (
	"context"
	"time"
)

// A watcher may poll pollBurst times without a pause and then once in
// pollEvery, so that a registry which always answers at once, for whatever
// reason, is not run down.
const (
	pollBurst = 50
	pollEvery = 10 * time.Millisecond
)

// pace tells when the next poll is due (the generic cell rate algorithm of
// ITU-T I.371).
type pace struct{ full time.Time } // when the whole burst is there again

// wait returns once a poll is due, and counts it; or false when ctx ends first.
func (p *pace) wait(ctx context.Context) bool {
	if early := time.Until(p.full.Add(-(pollBurst - 1) * pollEvery)); early > 0 {
		pause(ctx, early)
	}
	if ctx.Err() != nil {
		return false
	}
	if now := time.Now(); p.full.Before(now) {
		p.full = now
	}
	p.full = p.full.Add(pollEvery)
	return true
}

// delay makes the next poll due after d at the earliest.
func (p *pace) delay(d time.Duration) {
	p.full = time.Now().Add((pollBurst-1)*pollEvery + d)
}

package etcd

import (
	"context"
	"time"
)

// extent is how much of a list is verified.
type extent string

const (
	theLatest  extent = "the latest entry and how many there are"
	everything extent = "every entry"
)

// verifications tells when something is to be verified: every Options.Verify,
// give or take some jitter, and at once when an endpoint is heard again that was
// lost. That may be another etcd by now, or the same with other data: a new one
// of the same members has the ID of the old, and may be at its revision. The
// channel is for one reader, who may be late; it ends with ctx.
func (r *Registry) verifications(ctx context.Context) <-chan extent {
	due, again := make(chan extent), r.conns.heardAgain()
	go func() {
		for ctx.Err() == nil {
			what, timer := theLatest, time.NewTimer(jitter(r.opts.Verify))
			select {
			case <-timer.C:
			case <-again:
				what, again = everything, r.conns.heardAgain()
			case <-ctx.Done():
			}
			timer.Stop()
			select {
			case due <- what:
			case <-ctx.Done():
			}
		}
	}()
	return due
}

package etcd

import (
	"context"
	"time"
)

// extent says how much of a list is verified.
type extent string

const (
	theLatest  extent = "the latest entry and how many there are"
	everything extent = "every entry"
)

// verifications sends what is to be verified: the latest entry every Options.Verify, with
// some jitter, and every entry at once when a lost endpoint is heard again. That endpoint
// may be another etcd by then, or the same one with other data. A new cluster of the same
// members has the ID of the old one, and may be at its revision. The channel is for one
// reader, which may be late. The sender ends with ctx.
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

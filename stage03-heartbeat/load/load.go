// Package load puts a steady load on a service and reports what its callers
// saw. The load is open: calls start on schedule whether or not earlier ones
// have come back, so that a slow server cannot slow its own measurement down.
package load

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// Options describe the load.
type Options struct {
	Rate  int           // calls per second, above 0
	For   time.Duration // for how long calls are started, above 0
	Every time.Duration // from one report to the next; 0 means a second
}

// Result is what became of one call.
type Result struct {
	Server  string // the server that answered; "" when the call failed
	Retries int    // attempts beyond the first
	Err     error
	Kind    string // the key of Err in Report.Errors; "" lets this package choose
}

// Run makes calls for opts.For or until ctx ends. It passes a report to report after each
// opts.Every, and the total at the end. The last report before the total waits for the
// calls in progress. The end of ctx does not stop these, so call must return in bounded
// time. Latency counts from the moment when a call was due.
func Run(ctx context.Context, opts Options, call func(context.Context) Result, report func(Report)) {
	var calls sync.WaitGroup
	var total tally
	now := new(tally)
	start := time.Now()
	due := func(n int) time.Time {
		rest := time.Duration(n%opts.Rate) * time.Second / time.Duration(opts.Rate)
		return start.Add(time.Duration(n/opts.Rate)*time.Second + rest)
	}

	var mu sync.Mutex // guards now
	begin := func(due time.Time) {
		mu.Lock()
		now.sent++
		mu.Unlock()
		calls.Go(func() {
			r := call(context.WithoutCancel(ctx))
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			now.add(r, took)
		})
	}

	every := cmp.Or(opts.Every, time.Second)
	last := int((opts.For-1)/every) + 1 // rounded up; For may be the longest Duration
	for second, n := 1, 0; second <= last; second++ {
		edge := start.Add(min(opts.For, time.Duration(second)*every))
		for ; due(n).Before(edge) && waitUntil(ctx, due(n)); n++ {
			begin(due(n))
		}
		if !waitUntil(ctx, edge) || second == last {
			last = second
			calls.Wait()
		}
		mu.Lock()
		done := now
		now = new(tally)
		mu.Unlock()
		report(done.report(second))
		total.merge(done)
	}
	report(total.total(time.Since(start)))
}

// waitUntil waits for t and reports whether it came before ctx ended.
func waitUntil(ctx context.Context, t time.Time) bool {
	if wait := time.Until(t); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

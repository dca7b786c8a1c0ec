package registry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"time"
)

// Watch makes the Client a Discovery. It follows a service by long polls.
func (c *Client) Watch(ctx context.Context, service string) (Watcher, error) {
	if err := ValidService(service); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	return &watcher{client: c, service: service, life: life, stop: stop}, nil
}

// watcher polls inside Next, so it needs no goroutine, and a reader that is
// slow polls less. It keeps to the rules of Consul's blocking queries
// (https://developer.hashicorp.com/consul/api-docs/features/blocking).
type watcher struct {
	client  *Client
	service string
	life    context.Context // ends with Close
	stop    func()
	pace    pace

	revision uint64     // that the registry last answered with; 0 asks for an answer at once
	epoch    uint64     // of the registry that answered
	before   []Instance // listed before it restarted, and not yet again
	last     Snapshot   // as the latest answer made it; without Synced there has been none
	failures int        // since then
	bad      []string   // entries that are in the log
}

func (w *watcher) Next(ctx context.Context) (Snapshot, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(w.life, stop)()
	for w.pace.wait(ctx) {
		next, err := w.poll(ctx)
		if err != nil && ctx.Err() != nil {
			break
		}
		if err != nil {
			next = w.failed(err)
		}
		last := w.last
		w.last = next
		if next.Synced.IsZero() { // not even a first answer
			continue
		}
		if next.Stale != last.Stale || !reflect.DeepEqual(next.Instances, last.Instances) {
			return next, nil
		}
	}
	return Snapshot{}, firstErr(w.life, ctx)
}

func (w *watcher) Close() error {
	w.stop()
	return nil
}

// poll asks once and returns the state that the answer makes.
func (w *watcher) poll(ctx context.Context) (Snapshot, error) {
	opts, from := w.client.opts, w.client.base.JoinPath("services", w.service)
	timeout := opts.Timeout
	if w.revision != 0 {
		from.RawQuery = fmt.Sprintf("revision=%d&wait=%v", w.revision, opts.Wait)
		timeout += opts.Wait * 17 / 16 // the registry adds jitter
	}
	answer := pollAnswer{service: w.service}
	if err := w.client.do(ctx, timeout, http.MethodGet, from, nil, &answer); err != nil {
		return Snapshot{}, err
	}
	if !slices.Equal(answer.bad, w.bad) {
		answer.logBad(opts.Logger)
	}
	if w.epoch != 0 && answer.Epoch != w.epoch {
		w.before = w.last.Instances
	}
	if !answer.Warming {
		w.before = nil
	}
	w.epoch, w.revision, w.failures, w.bad = answer.Epoch, answer.Revision, 0, answer.bad
	w.before = missing(w.before, answer.Instances)
	snap := Snapshot{Service: w.service, Revision: answer.Revision, Instances: answer.Instances, Synced: time.Now()}
	if len(w.before) > 0 {
		snap.Stale = true
		snap.Instances = slices.Concat(w.before, answer.Instances)
		slices.SortFunc(snap.Instances, byID)
	}
	return snap, nil
}

// failed returns the last good state as stale, and slows the polls down.
func (w *watcher) failed(err error) Snapshot {
	if w.failures == 0 {
		w.client.opts.Logger.Warn("the registry does not answer: keeping the last list", "service", w.service, "err", err)
	}
	w.failures++
	w.pace.delay(rand.N(min(minPause<<min(w.failures, 10), maxPause)))
	w.revision = 0 // so that the next answer comes at once, and tells that the registry is back
	stale := w.last
	stale.Stale = true
	return stale
}

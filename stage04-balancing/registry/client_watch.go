package registry

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
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

// watcher polls inside Next, so it needs no goroutine, and a slow reader polls less. It
// follows the rules of Consul's blocking queries
// (https://developer.hashicorp.com/consul/api-docs/features/blocking).
type watcher struct {
	client  *Client
	service string
	life    context.Context // ends with Close
	stop    func()
	limiter limiter

	revision uint64   // of the latest response, or 0 to get a response at once
	last     Snapshot // the state after the latest poll; Synced is zero before the first response
	failures int      // how many polls have failed since the latest response
	bad      []string // the malformed entries of the latest response, which have been logged
}

// Next polls until the state differs from the last one that was returned. If ctx ends a
// poll, the watcher is unchanged, and the next call polls again from the same revision.
func (w *watcher) Next(ctx context.Context) (Snapshot, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(w.life, stop)()
	for w.limiter.wait(ctx) {
		next, err := w.poll(ctx)
		if err != nil && ctx.Err() != nil {
			break
		}
		if err != nil {
			next = w.unanswered(err)
		}
		last := w.last
		w.last = next
		if next.Synced.IsZero() {
			continue
		}
		if next.Stale != last.Stale || !reflect.DeepEqual(next.Instances, last.Instances) {
			return next, nil
		}
	}
	return Snapshot{}, cmp.Or(w.life.Err(), ctx.Err())
}

func (w *watcher) Close() error {
	w.stop()
	return nil
}

// poll sends one GET of services/NAME, decodes the response into w.response(), and returns
// that as the state, synced now. If w.revision is 0, it asks for the state at once, with
// the options' Timeout as its time-out. Otherwise it asks for another revision, with
// revision=N&wait=D in the query, where D is the options' Wait; the time-out is then the
// Timeout plus the Wait plus a sixteenth of the Wait. It sets w.revision to the response's
// revision and w.failures to 0. After an error w is unchanged.
func (w *watcher) poll(ctx context.Context) (Snapshot, error) {
	opts, from := w.client.opts, w.client.base.JoinPath("services", w.service)
	timeout := opts.Timeout
	if w.revision != 0 {
		from.RawQuery = fmt.Sprintf("revision=%d&wait=%v", w.revision, opts.Wait)
		timeout += opts.Wait * 17 / 16 // the registry adds jitter
	}
	list := w.response()
	if err := w.client.do(ctx, timeout, http.MethodGet, from, nil, list); err != nil {
		return Snapshot{}, err
	}
	w.revision, w.failures = list.Revision, 0
	return Snapshot{Service: w.service, Revision: list.Revision, Instances: list.Instances, Synced: time.Now()}, nil
}

// failed returns the last good state as stale, and delays the next poll. That poll asks
// for the state at once, so its response shows that the registry is back.
func (w *watcher) failed(err error) Snapshot {
	if w.failures == 0 {
		w.client.opts.Logger.Warn("the registry does not answer: the list stays as it is", "service", w.service, "err", err)
	}
	w.failures++
	w.limiter.delay(rand.N(min(minPause<<min(w.failures, 10), maxPause)))
	w.revision = 0
	stale := w.last
	stale.Stale = true
	return stale
}

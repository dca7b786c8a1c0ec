package grpcarith

import (
	"context"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/stats"
)

// attempts records what gRPC reports about one call's attempts.
type attempts struct {
	mu       sync.Mutex // guards the fields below
	begun    int
	sent     bool   // whether any of them was sent
	lastSent bool   // whether the last one was sent
	addr     string // the server that an attempt was last sent to
	tried    *tried // shared with the other attempts of the call
	conn     *conn  // that the last one waits on, or nil
	since    time.Time
}

// tried holds the servers that were chosen for a call.
type tried struct {
	mu    sync.Mutex // guards the field below
	addrs []string
}

// triedBy returns what the attempts of ctx's call share: the servers tried so far.
func triedBy(ctx context.Context) *tried {
	if a, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		return a.tried
	}
	return new(tried)
}

// skip returns a Skip for balancer.Info, which is nil if no server is to be skipped.
func (t *tried) skip() func(addr string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.addrs) == 0 {
		return nil
	}
	addrs := slices.Clone(t.addrs)
	return func(addr string) bool { return slices.Contains(addrs, addr) }
}

func (t *tried) add(addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.addrs = append(t.addrs, addr)
}

type attemptsKey struct{}

// in returns a context in which a call records its attempts in a.
func (a *attempts) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
}

// join records the attempts of all hedges in those of ctx. The hedge last, which decided
// the call, tells where the last attempt was sent.
func join(ctx context.Context, all []*hedge, last *hedge) {
	a := ctx.Value(attemptsKey{}).(*attempts)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range all {
		h.attempts.mu.Lock()
		a.begun += h.attempts.begun
		a.sent = a.sent || h.attempts.sent
		if h == last {
			a.lastSent, a.addr = h.attempts.lastSent, h.attempts.addr
		}
		h.attempts.mu.Unlock()
	}
}

// watchAttempts is a stats.Handler. gRPC calls it for every attempt, and an interceptor
// only once per call.
type watchAttempts struct{}

func (watchAttempts) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	if a, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.begun++
		a.lastSent = false
	}
	return ctx
}

func (watchAttempts) HandleRPC(ctx context.Context, event stats.RPCStats) {
	a, ok := ctx.Value(attemptsKey{}).(*attempts)
	if out, sent := event.(*stats.OutHeader); ok && sent {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.sent, a.lastSent, a.addr = true, true, out.RemoteAddr.String()
	}
}

func (watchAttempts) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (watchAttempts) HandleConn(context.Context, stats.ConnStats)                       {}

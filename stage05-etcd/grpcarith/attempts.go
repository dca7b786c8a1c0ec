package grpcarith

import (
	"context"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/stats"
)

// attempts is what became of one call's attempts, as far as gRPC tells.
type attempts struct {
	mu       sync.Mutex // guards the fields below
	begun    int
	sent     bool   // whether any of them was sent
	lastSent bool   // whether the last one was sent
	addr     string // the server that one was last sent to
	tried    *tried // by this attempt and the others of the call
	conn     *conn  // that the last one waits on, or nil
	since    time.Time
}

// tried is the servers that were chosen for a call.
type tried struct {
	mu    sync.Mutex // guards the field below
	addrs []string
}

// triedBy returns what the attempt of ctx shares with others.
func triedBy(ctx context.Context) *tried {
	if a, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		return a.tried
	}
	return new(tried)
}

// skip returns a balancer.Info's Skip: nil if there is nobody to skip.
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

// in returns a context whose call notes its attempts in a.
func (a *attempts) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
}

// join has the attempts that ctx notes be those of all hedges, of which last decided
// the call.
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

// watchAttempts hears of every attempt, where an interceptor hears of the call
// alone.
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

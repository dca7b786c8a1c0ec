package grpcarith

import (
	"context"
	"sync"

	"google.golang.org/grpc/stats"
)

// attempts is what became of one call's attempts, as far as gRPC tells.
type attempts struct {
	mu       sync.Mutex // guards the fields below
	begun    int
	sent     bool   // whether any of them was sent
	lastSent bool   // whether the last one was sent
	addr     string // the server that one was last sent to
}

type attemptsKey struct{}

// in returns a context whose call notes its attempts in a.
func (a *attempts) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptsKey{}, a)
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

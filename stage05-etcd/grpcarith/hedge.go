package grpcarith

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// A call without a response after hedgeAfter, or a third of its time if that is less, is
// sent once more while the first attempt goes on, and after as long again a last time.
const (
	hedgeAfter   = 200 * time.Millisecond
	hedgedAtMost = 3 // attempts
)

// Hedging may cost as much as the retries of a client over net/rpc: each call earns one
// fifth of an attempt, and there is a reserve at the start. This bound keeps hedging from
// making servers slower when all of them are slow, or the only one is.
const (
	hedgeCost    = 5 // calls
	hedgeReserve = 10 * hedgeCost
	hedgeLimit   = 90 * hedgeCost
)

// hedger makes the attempts of calls, all of whose methods may run twice (the "hedged
// requests" of Dean and Barroso, "The Tail at Scale", 2013; gRFC A6 has them too, and
// gRPC for Go does not).
type hedger struct{ earned atomic.Int64 } // without the reserve

// intercept is a grpc.UnaryClientInterceptor. The first response decides the call, and so
// does the method's own error. An attempt that reached no server decides only if no other
// is left. If the server had no such method, nothing ran, and another attempt begins at
// once. ctx has a deadline.
func (h *hedger) intercept(ctx context.Context, method string, args, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	deadline, _ := ctx.Deadline()
	life, end := context.WithCancel(ctx)
	defer end() // cancels the attempts that are too late
	h.earn()
	var begun []*hedge
	ended := make(chan *hedge, hedgedAtMost)
	begin := func() {
		a := &hedge{attempts: attempts{tried: triedBy(ctx)}, reply: reply.(proto.Message).ProtoReflect().New().Interface()}
		begun = append(begun, a)
		go func() {
			a.err = invoke(a.attempts.in(life), method, args, a.reply, cc, opts...)
			ended <- a
		}()
	}
	begin()
	interval := max(time.Millisecond, min(hedgeAfter, time.Until(deadline)/hedgedAtMost))
	late := time.NewTicker(interval)
	defer late.Stop()
	for left := 1; ; {
		select {
		case <-late.C:
			for _, a := range begun {
				a.attempts.late(interval)
			}
			if len(begun) < hedgedAtMost && h.spend() {
				begin()
				left++
			}
		case a := <-ended:
			left--
			switch code := status.Code(a.err); {
			case code == codes.Unimplemented && len(begun) < hedgedAtMost: // from another service, or another version
				begin()
				left++
				continue
			case (code == codes.Unavailable || code == codes.Unimplemented) && left > 0:
				continue
			}
			join(ctx, begun, a)
			if a.err == nil {
				proto.Merge(reply.(proto.Message), a.reply)
			}
			return a.err
		}
	}
}

// hedge is one attempt of a call. Its reply is private: a late one must not be written to
// the caller's.
type hedge struct {
	attempts attempts // more than one, if gRPC has retried
	reply    proto.Message
	err      error
}

// earn adds what a call earns.
func (h *hedger) earn() {
	if h.earned.Add(1) > hedgeLimit {
		h.earned.Add(-1)
	}
}

// spend takes the cost of one attempt, and reports whether there was enough.
func (h *hedger) spend() bool {
	if h.earned.Add(-hedgeCost) >= -hedgeReserve {
		return true
	}
	h.earned.Add(hedgeCost)
	return false
}

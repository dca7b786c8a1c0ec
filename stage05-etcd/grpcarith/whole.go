package grpcarith

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"
)

// requests bounds the requests that are not whole. gRPC keeps what has arrived of a
// request, and a goroutine that waits for the rest, for as long as the client likes.
type requests struct {
	timeout time.Duration
	max     int64
	log     *slog.Logger
	begun   atomic.Int64
}

// fewBegun is how many requests of one connection may be incomplete when there are too
// many on all connections. An honest client's requests are whole with the next packet.
const fewBegun = 64

// wholeKey is the context key of a request's func() that marks it as whole.
type wholeKey struct{}

// begin is called for each request once its header has arrived. The context that it
// returns ends if the request is not whole within the timeout, or a hundredth of it if
// more than max are not. Then begin also closes the connection of a peer that has begun
// more than fewBegun: gRPC has a goroutine for each that was reset, too ("rapid reset",
// CVE-2023-44487).
func (r *requests) begin(ctx context.Context, _ *tap.Info) (context.Context, error) {
	timeout, conn := r.timeout, inboundOf(ctx)
	ofConn := conn.begun.Add(1)
	if r.begun.Add(1) > r.max {
		timeout /= 100
		if ofConn > fewBegun && conn.Close() == nil {
			r.log.Warn("connection closed", "peer", conn.Conn.RemoteAddr(), "err", "too many requests that are not whole")
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(timeout, cancel)
	whole := sync.OnceFunc(func() {
		timer.Stop()
		r.begun.Add(-1)
		conn.begun.Add(-1)
	})
	context.AfterFunc(ctx, whole)
	return context.WithValue(ctx, wholeKey{}, whole), nil
}

// isWhole marks the request of ctx as whole.
func isWhole(ctx context.Context) {
	if whole, ok := ctx.Value(wholeKey{}).(func()); ok {
		whole()
	}
}

// unary is an interceptor, which gRPC calls when the request is whole. Its peer then
// keeps the connection. Nothing is run for a request that was reset since.
func (r *requests) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	isWhole(ctx)
	conn := inboundOf(ctx)
	conn.conns.Keep(conn)
	if err := ctx.Err(); err != nil {
		return nil, status.FromContextError(err).Err()
	}
	return handler(ctx, req)
}

// stream is an interceptor. It takes the first message of a stream for its request.
func (r *requests) stream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	return handler(srv, &firstMessage{stream})
}

type firstMessage struct{ grpc.ServerStream }

// RecvMsg reads a message, and marks the request as whole.
func (s *firstMessage) RecvMsg(m any) error {
	err := s.ServerStream.RecvMsg(m)
	isWhole(s.Context())
	return err
}

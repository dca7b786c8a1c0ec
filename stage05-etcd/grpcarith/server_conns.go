package grpcarith

import (
	"container/list"
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
)

// bounded is a listener that makes room for whoever comes while max connections are
// open, by the rule of package server: it hangs up on the peer that has been connected
// for the longest without a request, or on the newcomer when every peer has sent one.
type bounded struct {
	net.Listener
	max int
	log *slog.Logger

	mu     sync.Mutex                 // guards the fields below
	open   map[*inbound]*list.Element // every connection, and its place in silent
	silent list.List                  // those that have sent no request, the oldest first
}

// inbound is a connection that bounded has accepted.
type inbound struct {
	net.Conn
	of    *bounded
	begun atomic.Int64 // requests that are not whole
}

// inboundAddr is the remote address of a connection, which is what gRPC shows an
// interceptor of it.
type inboundAddr struct {
	net.Addr
	conn *inbound
}

// Accept waits for the next connection for which there is room.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		nc, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &inbound{Conn: nc, of: b}
		out := b.admit(c)
		if out != nil {
			out.Close()
			b.log.Warn("connection refused", "peer", out.RemoteAddr(), "err", "too many connections", "limit", b.max)
		}
		if out != c {
			return c, nil
		}
	}
}

// admit notes a connection, and returns whom to hang up on if there are too many.
func (b *bounded) admit(c *inbound) (out *inbound) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open[c] = b.silent.PushBack(c)
	if len(b.open) > b.max {
		out = b.silent.Front().Value.(*inbound)
	}
	return out
}

func (c *inbound) RemoteAddr() net.Addr { return inboundAddr{c.Conn.RemoteAddr(), c} }

// spoke notes that the peer has sent a request.
func (c *inbound) spoke() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	if place := c.of.open[c]; place != nil {
		c.of.silent.Remove(place)
	}
}

// Close hangs up, and makes room.
func (c *inbound) Close() error {
	c.spoke()
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// inboundOf returns the connection of a request.
func inboundOf(ctx context.Context) *inbound {
	p, _ := peer.FromContext(ctx)
	return p.Addr.(inboundAddr).conn
}

// noteRequest is an interceptor that notes whose request it is.
func noteRequest(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	inboundOf(ctx).spoke()
	return handler(ctx, req)
}

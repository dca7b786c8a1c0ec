package grpcarith

import (
	"container/list"
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
)

// bounded is a listener that makes room for whoever comes while max connections are
// open, by the rule of package server: it hangs up on the peer that has been connected
// for the longest without a request, or on the newcomer when every peer has sent one.
type bounded struct {
	net.Listener
	max  int
	log  *slog.Logger
	life context.Context // ends when Shutdown begins

	mu     sync.Mutex                 // guards the fields below
	open   map[*inbound]*list.Element // every connection, and its place in silent
	silent list.List                  // those that have sent no request, the oldest first
}

// inbound is a connection that bounded has accepted.
type inbound struct {
	net.Conn
	of      *bounded
	begun   atomic.Int64 // requests that are not whole
	hurried func() bool  // ends the wait for Shutdown
	greeted bool         // the peer has said that it speaks gRPC; guarded by of.mu
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
			c.hurried = context.AfterFunc(b.life, c.hurry)
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

// greetTime is how long a peer that has just connected may take for its greeting when the
// server stops. gRPC waits for it before it tells anybody to leave, and that takes from the
// time of the calls in progress.
const greetTime = 200 * time.Millisecond

// SetDeadline is called by gRPC with a deadline for the greeting, and then without one.
func (c *inbound) SetDeadline(t time.Time) error {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.greeted = t.IsZero()
	switch {
	case c.greeted:
		c.hurried()
	case c.of.life.Err() != nil:
		t = time.Now().Add(greetTime)
	}
	return c.Conn.SetDeadline(t)
}

// hurry bounds the wait for the greeting when Shutdown begins.
func (c *inbound) hurry() {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	if !c.greeted {
		c.Conn.SetDeadline(time.Now().Add(greetTime))
	}
}

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

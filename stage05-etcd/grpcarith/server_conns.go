package grpcarith

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"

	"google.golang.org/grpc/peer"

	"example.com/workshop/stage05-etcd/internal/connlimit"
)

// bounded is a listener that makes room for whoever comes while max connections are
// open, by the rule of package server: it hangs up on the peer that has been connected
// for the longest without a request, or on the newcomer when every peer has sent one.
type bounded struct {
	net.Listener
	max   int
	log   *slog.Logger
	life  context.Context  // ends when Shutdown begins
	conns *connlimit.Limit // of max, every *inbound
}

// inbound is a connection that bounded has accepted.
type inbound struct {
	net.Conn
	conns    *connlimit.Limit
	begun    atomic.Int64 // requests that are not whole
	greeting *greeting
}

// inboundAddr is the remote address of a connection, which is what gRPC shows an
// interceptor of it.
type inboundAddr struct {
	net.Addr
	conn *inbound
}

// Accept waits for the next connection for which there is room.
func (b bounded) Accept() (net.Conn, error) {
	for {
		nc, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &inbound{Conn: nc, conns: b.conns, greeting: newGreeting(b.life, nc)}
		out := b.conns.Add(c)
		if out != nil {
			out.Close()
			b.log.Warn("connection refused", "peer", out.RemoteAddr(), "err", "too many connections", "limit", b.max)
		}
		if out != c {
			return c, nil
		}
	}
}

func (c *inbound) RemoteAddr() net.Addr { return inboundAddr{c.Conn.RemoteAddr(), c} }

// Close hangs up, and makes room.
func (c *inbound) Close() error {
	c.greeting.end()
	c.conns.Remove(c)
	return c.Conn.Close()
}

// inboundOf returns the connection of a request.
func inboundOf(ctx context.Context) *inbound {
	p, _ := peer.FromContext(ctx)
	return p.Addr.(inboundAddr).conn
}

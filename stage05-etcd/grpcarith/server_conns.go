package grpcarith

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"

	"google.golang.org/grpc/peer"

	"example.com/workshop/stage05-etcd/internal/connlimit"
)

// bounded is a listener that keeps at most max connections open. For one more it makes
// room by the rule of package server: it closes the connection that has been open for the
// longest without a request, or the new one if every peer has sent a request.
type bounded struct {
	net.Listener
	max   int
	log   *slog.Logger
	conns *connlimit.Limit // bounds the *inbounds to max
}

// inbound is a connection that bounded has accepted.
type inbound struct {
	net.Conn
	conns *connlimit.Limit
	begun atomic.Int64 // requests that are not whole yet
}

// inboundAddr is the remote address of a connection. gRPC shows it to interceptors, which
// find the connection in it.
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
		c := &inbound{Conn: nc, conns: b.conns}
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

// Close closes the connection, and makes room for another.
func (c *inbound) Close() error {
	c.conns.Remove(c)
	return c.Conn.Close()
}

// inboundOf returns the connection of a request.
func inboundOf(ctx context.Context) *inbound {
	p, _ := peer.FromContext(ctx)
	return p.Addr.(inboundAddr).conn
}

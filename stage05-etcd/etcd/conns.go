package etcd

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"example.com/workshop/stage05-etcd/mtls"
)

// conns holds the connections to etcd. A path that drops what is sent closes no
// connection, and gRPC checks one after ten seconds of silence at the earliest
// (https://pkg.go.dev/google.golang.org/grpc/keepalive). A request without a response
// shows it sooner. conns also records why there is no connection, since gRPC often
// reports only that the deadline has passed. The methods do nothing for a nil *conns:
// then the connections belong to the caller of New.
type conns struct {
	plain   bool // they do not speak TLS
	connect func(ctx context.Context, network, addr string) (net.Conn, error)
	began   time.Time // the time from which conn.heard counts

	mu      sync.Mutex // guards the fields below
	open    map[*conn]struct{}
	lastErr error           // of the latest attempt to connect; nil if it succeeded
	known   map[string]bool // the addresses from which something was read
	again   chan struct{}   // closed when a known address is heard on another connection
}

// newConns returns conns that speak TLS if config is not nil. They make the TLS handshake
// themselves: gRPC's errors for it take several lines.
func newConns(config *tls.Config) *conns {
	if config != nil {
		config = config.Clone()
		config.NextProtos = []string{"h2"}
	}
	return &conns{
		plain: config == nil, connect: mtls.Dialer(config, mtls.Options{}),
		began: time.Now(), open: make(map[*conn]struct{}),
		known: make(map[string]bool), again: make(chan struct{}),
	}
}

// dial opens a connection; it is a gRPC dialer.
func (c *conns) dial(ctx context.Context, addr string) (net.Conn, error) {
	opened, err := c.connect(ctx, "tcp", addr)
	if err != nil {
		c.attempted(err)
		return nil, err
	}
	conn := &conn{Conn: opened, addr: addr, conns: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open[conn] = struct{}{}
	return conn, nil
}

// attempted records the result of an attempt to connect. It ignores an attempt that was
// cut short, which says nothing about etcd.
func (c *conns) attempted(err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastErr = err
}

// dialError returns nil if etcd has sent something on an open connection. Otherwise it
// returns the error of the latest attempt to connect.
func (c *conns) dialError() error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.open {
		if conn.heard.Load() != 0 {
			return nil
		}
	}
	return c.lastErr
}

// closeSilent closes the connections on which nothing was read since the given time; gRPC
// opens new ones. A healthy one that had nothing to read costs a reconnection. One that
// is still being set up stays open: it has a deadline of its own.
func (c *conns) closeSilent(since time.Time) {
	if c == nil {
		return
	}
	var silent []*conn
	c.mu.Lock()
	for conn := range c.open {
		if heard := conn.heard.Load(); heard != 0 && heard <= int64(since.Sub(c.began)) {
			silent = append(silent, conn)
		}
	}
	c.mu.Unlock()
	for _, conn := range silent {
		conn.Close()
	}
}

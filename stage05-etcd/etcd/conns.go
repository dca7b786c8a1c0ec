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

// conns are the connections to etcd. A path that swallows what is sent closes
// no connection, and gRPC looks after ten seconds of silence at the earliest
// (https://pkg.go.dev/google.golang.org/grpc/keepalive); a request that got no
// answer tells sooner. conns also know why there is no connection, about which
// gRPC often says no more than that the deadline has passed. The methods do
// nothing for a nil *conns, whose connections are somebody else's.
type conns struct {
	plain   bool // they do not speak TLS
	connect func(ctx context.Context, network, addr string) (net.Conn, error)
	began   time.Time // what conn.heard counts from

	mu      sync.Mutex // guards the fields below
	open    map[*conn]struct{}
	lastErr error           // why the latest attempt to connect failed; nil if it did not
	known   map[string]bool // the addresses that have been heard
	again   chan struct{}   // closed when one of them is heard on another connection
}

// newConns returns conns that speak TLS if there is a config. They do so
// themselves, below gRPC, whose errors take several lines for it.
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

// attempted keeps what came of an attempt to connect. One that was cut short
// says nothing about etcd.
func (c *conns) attempted(err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastErr = err
}

// dialError returns why there is no connection on which etcd has ever said
// anything; nil if there is one.
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

// closeSilent closes the connections that have been silent since a time; gRPC
// opens new ones. One that is well but had nothing to say pays with a
// reconnection. One that is still being set up has a deadline of its own.
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

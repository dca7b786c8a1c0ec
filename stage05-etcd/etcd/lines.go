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

// lines are the connections to etcd. A path that swallows what is sent closes
// no connection, and gRPC looks after ten seconds of silence at the earliest
// (https://pkg.go.dev/google.golang.org/grpc/keepalive); a request that got no
// answer tells sooner. They also know why there is no connection, about which
// gRPC often says no more than that the deadline has passed.
type lines struct {
	plain   bool // without TLS
	connect func(ctx context.Context, network, addr string) (net.Conn, error)

	mu   sync.Mutex // guards the fields below
	open map[*line]struct{}
	last error // why the latest attempt to connect failed; nil if it did not
}

// newLines returns lines that speak TLS if there is a config. They do so
// themselves, below gRPC, whose errors take several lines for it.
func newLines(config *tls.Config) *lines {
	if config != nil {
		config = config.Clone()
		config.NextProtos = []string{"h2"}
	}
	return &lines{plain: config == nil, connect: mtls.Dialer(config, mtls.Options{}), open: make(map[*line]struct{})}
}

// dial opens a connection; it is a gRPC dialer.
func (l *lines) dial(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := l.connect(ctx, "tcp", addr)
	if err != nil {
		l.tried(err)
		return nil, err
	}
	ln := &line{Conn: conn, lines: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[ln] = struct{}{}
	return ln, nil
}

// tried keeps what came of an attempt to connect. One that was cut short says
// nothing about etcd.
func (l *lines) tried(err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = err
}

// broken returns why there is no connection on which etcd has ever said
// anything; nil if there is one.
func (l *lines) broken() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for ln := range l.open {
		if ln.heard.Load() != 0 {
			return nil
		}
	}
	return l.last
}

// drop closes the connections that have been silent since then; gRPC opens new
// ones. One that is well but had nothing to say pays with a reconnection. One
// that is still being set up has a deadline of its own.
func (l *lines) drop(since time.Time) {
	if l == nil {
		return
	}
	var silent []*line
	l.mu.Lock()
	for ln := range l.open {
		if heard := ln.heard.Load(); heard != 0 && heard <= since.UnixNano() {
			silent = append(silent, ln)
		}
	}
	l.mu.Unlock()
	for _, ln := range silent {
		ln.Close()
	}
}

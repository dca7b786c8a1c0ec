package client

import (
	"context"
	"log/slog"
	"net"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
)

// Options change how calls are made. The zero value is the default.
type Options struct {
	// DialContext opens the stream that calls travel on; the default is
	// net.Dialer's. TLS goes here.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	MaxMessage  int64 // bytes of a reply; default, and below zero too, 1 MiB, as for a server's requests

	// What follows concerns a Client alone. A time below zero is the default, but for Hold's.

	// Balancer chooses the instance of each attempt; the default is
	// balancer.PowerOfTwo. A balancer belongs to one client.
	Balancer balancer.Balancer
	// Key returns what a call is about, for consistent hashing.
	Key func(ctx context.Context, method string, args any) string
	// Idempotent names the methods that may run twice. Only those are sent
	// again when nobody knows whether they ran.
	Idempotent []string
	// Timeout is for a call whose ctx has no deadline; default 5 s.
	Timeout time.Duration
	// AttemptTimeout is how long an instance may take, or a third of the
	// call's time, before an idempotent call is sent to another as well;
	// default 200 ms. It goes on waiting, for whoever answers first.
	AttemptTimeout time.Duration
	// DialTimeout is for one connection to open, and again for it to give a
	// first sign of life; default 1 s.
	DialTimeout time.Duration
	IdleTimeout time.Duration // of a connection without a call; default 5 min
	// Hold is how long an instance that vanished from the list without a goodbye
	// is held, from then or from its last answer on; default 5 min. If it is
	// negative, nobody is held.
	Hold time.Duration
	// Logger hears of ejections, and of a watch that has failed; default slog.Default().
	Logger *slog.Logger
}

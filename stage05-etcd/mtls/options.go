package mtls

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"time"

	"example.com/workshop/stage05-etcd/internal/descriptors"
	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// Options change how connections are made. The zero value is the default.
type Options struct {
	// DialContext opens a Dialer's connections; the default is net.Dialer's.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	// Handshake bounds a handshake of a listener; default 5 s.
	Handshake time.Duration
	// MaxHandshakes bounds the handshakes of a listener in progress. For one more, the
	// listener closes the connection whose handshake began first; default an eighth of
	// descriptors.Half.
	MaxHandshakes int
	// Logger logs the clients that a listener refuses; default slog.Default().
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.DialContext == nil {
		o.DialContext = new(net.Dialer).DialContext
	}
	if o.Handshake == 0 {
		o.Handshake = 5 * time.Second
	}
	o.MaxHandshakes = cmp.Or(o.MaxHandshakes, descriptors.Half()/8, 1)
	o.Logger = loglimit.New(cmp.Or(o.Logger, slog.Default()))
	return o
}

package client

import (
	"context"
	"net"
)

// Options change how calls are made. The zero value is the default.
type Options struct {
	// DialContext opens the stream that calls travel on; the default is
	// net.Dialer's. TLS goes here.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
}

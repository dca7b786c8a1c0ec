package mtls

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"

	"example.com/workshop/stage05-etcd/internal/hangup"
)

// Dialer returns a function for client.Options.DialContext. With a cfg from Files.Client
// its connections are TLS, and the dial fails if the server's certificate does not pass.
// With a nil cfg they are plain; the first read then returns ErrTLSRequired if the peer
// is a listener of this package. All errors are one line; those of the network itself are
// unchanged.
func Dialer(cfg *tls.Config, opts Options) func(ctx context.Context, network, addr string) (net.Conn, error) {
	opts = opts.withDefaults()
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := opts.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if cfg == nil {
			return &plainConn{Conn: conn}, nil
		}
		host, _, _ := net.SplitHostPort(addr) // the dial would have failed
		cfg := cfg.Clone()
		cfg.ServerName = cmp.Or(cfg.ServerName, host)
		secure := tls.Client(conn, cfg)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			if hangup.Is(err) {
				err = ErrNotTLS // the server does not understand the ClientHello
			}
			return nil, explain(err)
		}
		return &secureConn{secure}, nil
	}
}

package mtls

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"

	"example.com/workshop/stage05-etcd/internal/hangup"
)

// Dialer returns a function for client.Options.DialContext. With a cfg from
// Files.Client its connections are TLS, and a server whose certificate does not
// pass is an error of the dial. A nil cfg makes plain connections, whose first
// read returns ErrTLSRequired when a listener of this package is at the other
// end. All errors are one line; those of the network itself are unchanged.
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
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			conn.Close()
			return nil, err
		}
		cfg := cfg.Clone()
		cfg.ServerName = cmp.Or(cfg.ServerName, host)
		secure := tls.Client(conn, cfg)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			if hangup.Is(err) {
				err = ErrNotTLS // it could make nothing of the greeting
			}
			return nil, explain(err)
		}
		return &secureConn{secure}, nil
	}
}

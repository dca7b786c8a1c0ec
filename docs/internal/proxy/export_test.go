package proxy

import (
	"context"
	"net"
)

// Relay connects two ends as a proxy's connection does, without sockets, so
// that tests may run in virtual time. The proxy listens nowhere.
func Relay(ctx context.Context, client, server net.Conn) (p *Proxy, ended <-chan struct{}) {
	p = &Proxy{mode: newMode("the other end")}
	done := make(chan struct{})
	go func() {
		defer close(done)
		relay(ctx, p.mode, client, server)
	}()
	return p, done
}

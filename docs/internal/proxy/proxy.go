// Package proxy stands between a process and what it talks to, and lets the way
// between them become slow or silent while connections are open.
//
// The one rule: a proxy loses no byte and ends no connection on its own account.
// While the way is cut it stops reading, so that both ends meet what a pulled
// cable shows them: nothing comes, their sends pile up, and nobody is told. When
// the way is whole again the old connections go on with what had piled up, as
// TCP does once it may send again. Whether they are still of use is up to the
// ends, not to the proxy.
package proxy

import (
	"context"
	"net"
	"sync"
	"time"
)

// Proxy passes TCP connections on to one target. Its methods may be called at
// any time, by anyone.
type Proxy struct {
	listener net.Listener
	mode     *mode
	stop     context.CancelFunc
	running  sync.WaitGroup
}

// Listen starts a proxy of target, HOST:PORT, on a port of 127.0.0.1 that the
// system chooses. Without a target its connections are silent until Aim.
func Listen(target string) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	p := &Proxy{listener: listener, mode: newMode(target), stop: stop}
	p.running.Go(func() { p.accept(ctx) })
	return p, nil
}

// Addr is where the proxy listens, HOST:PORT.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Aim sets where connections that are still to be made go.
func (p *Proxy) Aim(target string) { p.mode.aim(target) }

// Pass lets everything through at once, and heals what Swallow and Delay broke.
// What is on its way with a delay keeps it, and what comes later stays behind
// it.
func (p *Proxy) Pass() { p.mode.set(false, 0) }

// Swallow lets nothing through in either direction, not even the end of a
// connection. New connections are accepted, and are silent.
func (p *Proxy) Swallow() { p.mode.set(true, 0) }

// Delay holds everything that goes back to the client for d.
func (p *Proxy) Delay(d time.Duration) { p.mode.set(false, d) }

// Close ends every connection and returns when nothing of the proxy is left.
// Calling it again does nothing.
func (p *Proxy) Close() {
	p.stop()
	_ = p.listener.Close() // it can only have been closed before
	p.running.Wait()
}

func (p *Proxy) accept(ctx context.Context) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(ctx, client) })
	}
}

// serve connects a client with the target for as long as both want.
func (p *Proxy) serve(ctx context.Context, client net.Conn) {
	defer client.Close()
	target, err := p.mode.open(ctx)
	if err != nil {
		return
	}
	var dialer net.Dialer
	server, err := dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		return // the client finds its connection closed
	}
	relay(ctx, p.mode, client, server)
}

// Package proxy stands between a process and its peer, and can make the way between them
// slow or silent while connections are open.
//
// The one rule: a proxy loses no byte and ends no connection on its own account. While
// the way is cut it stops reading, so that both ends see what they see with a pulled
// cable: nothing comes, their sends pile up, and nobody is told. When the way is open
// again, the old connections continue with what has piled up, as TCP does once it may
// send again. Whether they are still useful is for their ends to decide. HalfOpen is the
// exception: the connections that are open then are silent for ever, as after a firewall
// has forgotten them, and new ones are not.
package proxy

import (
	"context"
	"net"
	"sync"
	"time"
)

// Proxy passes TCP connections on to one target. Its methods are safe for concurrent use.
type Proxy struct {
	listener net.Listener
	stop     context.CancelFunc
	running  sync.WaitGroup

	mu   sync.Mutex // guards the field below
	mode *mode      // of the connections that are still to be made, and of those since HalfOpen
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

// Aim sets the target of future connections.
func (p *Proxy) Aim(target string) { p.now().aim(target) }

// now is the mode of future connections.
func (p *Proxy) now() *mode {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mode
}

// HalfOpen lets nothing pass any more on the connections that are open, not even their
// end, whatever is called later. Future connections pass.
func (p *Proxy) HalfOpen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.mode
	p.mode = newMode(old.aimed())
	old.set(true, 0)
}

// Pass lets everything pass at once, and ends what Swallow and Delay began. What is on
// its way with a delay keeps the delay, and later bytes stay behind it.
func (p *Proxy) Pass() { p.now().set(false, 0) }

// Swallow lets nothing pass in either direction, not even the end of a connection. New
// connections are accepted, and are silent.
func (p *Proxy) Swallow() { p.now().set(true, 0) }

// Delay holds everything that goes back to the client for d.
func (p *Proxy) Delay(d time.Duration) { p.now().set(false, d) }

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
	mode := p.now()
	target, err := mode.open(ctx)
	if err != nil {
		return
	}
	var dialer net.Dialer
	server, err := dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		return // the client finds its connection closed
	}
	relay(ctx, mode, client, server)
}

package grpcarith

import (
	"context"
	"net"
	"sync"
	"time"
)

// greetTime is how long a peer that has just connected may take for its greeting when the
// server stops. gRPC waits for it before it tells anybody to leave, and that takes from the
// time of the calls in progress.
const greetTime = 200 * time.Millisecond

// greeting is what a server waits for on a new connection: that the peer says that it speaks
// gRPC.
type greeting struct {
	life    context.Context // ends when Shutdown begins
	conn    net.Conn
	unhurry func() bool // ends the wait for Shutdown

	mu    sync.Mutex // guards the field below
	ended bool       // the peer has greeted, or the connection is closed
}

func newGreeting(life context.Context, conn net.Conn) *greeting {
	g := &greeting{life: life, conn: conn}
	g.unhurry = context.AfterFunc(life, g.hurry)
	return g
}

// hurry bounds the wait for the greeting when Shutdown begins.
func (g *greeting) hurry() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ended {
		g.conn.SetDeadline(time.Now().Add(greetTime))
	}
}

// end ends the wait for the greeting.
func (g *greeting) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	g.unhurry()
}

// SetDeadline is called by gRPC with a deadline for the greeting, and then without one.
func (c *inbound) SetDeadline(t time.Time) error {
	g := c.greeting
	if t.IsZero() {
		g.end()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ended && g.life.Err() != nil {
		t = time.Now().Add(greetTime)
	}
	return c.Conn.SetDeadline(t)
}

package grpcarith

import (
	"context"
	"net"
	"sync"
	"time"
)

// greetTime is how long a peer that has just connected may take for its greeting when the
// server stops. gRPC waits for the greeting before it tells any client to leave, so the
// calls in progress have less time left.
const greetTime = 200 * time.Millisecond

// greeting is the server's wait for the first bytes on a new connection, with which the
// peer shows that it speaks gRPC.
type greeting struct {
	life    context.Context // ends when Shutdown begins
	conn    net.Conn
	unhurry func() bool // cancels the call of hurry

	mu    sync.Mutex // guards the field below
	ended bool       // the peer has greeted, or the connection is closed
}

func newGreeting(life context.Context, conn net.Conn) *greeting {
	g := &greeting{life: life, conn: conn}
	g.unhurry = context.AfterFunc(life, g.hurry)
	return g
}

// hurry bounds the wait for the greeting. It is called when Shutdown begins.
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

// SetDeadline sets c's deadline. gRPC sets one for the greeting, and removes it then.
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

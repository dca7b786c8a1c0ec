package client

import (
	"context"
	"sync"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// node is one instance as its client knows it, with the connection to it.
type node struct {
	client            *Client
	id, network, addr string
	life              context.Context // ends with the client, or with the last call of a retired node
	end               context.CancelFunc
	redial            chan struct{} // receives when a dial must not wait for the backoff
	asked             chan struct{} // receives when the connection is to be asked for a sign of life

	// guarded as the client's nodes are
	in   registry.Instance // as it was last listed
	held bool              // whether it is held: kept, but no longer listed

	mu      sync.Mutex // guards the fields below
	state   State
	dialed  chan struct{} // closed when n is no longer connecting
	conn    *Conn         // the connection, while ready or asked
	sign    time.Time     // when it last gave a sign of life
	err     error         // the reason, while in transient failure
	calls   int           // in progress
	retired bool
	health  health
	counts  counts
}

func newNode(c *Client, in registry.Instance) *node {
	n := &node{
		client: c, id: in.ID, network: in.Network, addr: in.Addr,
		redial: make(chan struct{}, 1), asked: make(chan struct{}, 1), dialed: make(chan struct{}), state: Idle,
	}
	n.life, n.end = context.WithCancel(c.life)
	return n
}

// enter begins a call, which leave ends. It returns false if n takes no call, because it
// is retired or in transient failure. The first call starts the dial.
func (n *node) enter() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.retired || n.state == TransientFailure {
		return false
	}
	n.calls++
	if n.state == Idle {
		n.state = Connecting
		n.client.dialing.Go(n.keepConnected)
	}
	return true
}

// leave ends a call that enter began, as e says. It returns whether n is to be ejected.
func (n *node) leave(e *ending) (unhealthy bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.calls--
	n.settle(e)
	if n.retired && n.calls == 0 {
		n.end()
	}
	n.counts.add(e)
	return n.health.add(e)
}

// retire takes n out of service: no call enters any more, and its connection is closed
// when the last call has left.
func (n *node) retire() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.retired = true
	if n.calls == 0 {
		n.end()
	}
}

package client

import (
	"net/rpc"
	"time"
)

// State is the state of the connection to one instance. The states are gRPC's
// (https://github.com/grpc/grpc/blob/master/doc/connectivity-semantics-and-api.md):
//
//	      first call              connected
//	idle ────────────▶ connecting ──────────▶ ready ◀──────────┐
//	                       │                    │              │ connected
//	                       │ dial failed        │ broken       │
//	                       └────────▶ transient failure ───────┘
//	                                   │          ▲
//	                                   └──────────┘ dial failed: longer backoff
//
// In transient failure an instance takes no calls and is dialled in the background, so
// that a dead one costs a dial per backoff and not one per call. As with gRPC's round
// robin, it stays so until it is ready. A ready one may become idle or connecting again.
type State string

// The states of a connection.
const (
	Idle             State = "idle"              // not dialled yet, or not used for Options.IdleTimeout
	Connecting       State = "connecting"        // dialled for the first time, or asked for a sign of life; calls wait for it
	Ready            State = "ready"             // connected, and it has given a sign of life
	TransientFailure State = "transient_failure" // the last dial failed, or the connection broke
)

// keepConnected takes n through the states: it dials, and dials again whenever the dial
// fails or the connection breaks, after a pause (backoff). It returns, with the connection
// closed, when n is idle again, when n's life ends, and when the connection of a held node
// breaks. In the last two cases n is retired.
func (n *node) keepConnected() {
	var pauses backoff
	for n.life.Err() == nil && !n.isHeld() {
		conn, err := n.dial()
		connected := time.Now()
		if err == nil {
			n.become(Ready, conn, nil)
			if err = n.watch(conn); err == errIdle {
				return // the next call dials it again
			}
			if n.dialsAtOnce(conn, err) {
				continue
			}
		}
		if n.life.Err() != nil {
			err = rpc.ErrShutdown
		}
		n.become(TransientFailure, nil, err)
		pauses.wait(n, time.Since(connected))
	}
	n.retire()
}

// dial connects to n and waits until n is ready, or fails (dialReady).
func (n *node) dial() (*Conn, error) {
	return dialReady(n.life, n.network, n.addr, n.client.opts)
}

// become changes n's state. conn is the connection of a node that is ready, and err the
// reason for transient failure. If n was connecting, become wakes the calls that wait for
// n.dialed. If the state is a new one, it has the client make another view (change, which
// does not wait).
func (n *node) become(state State, conn *Conn, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.state == Connecting {
		close(n.dialed)
	}
	if n.state != state {
		n.client.change()
	}
	n.state, n.conn, n.err = state, conn, err
}

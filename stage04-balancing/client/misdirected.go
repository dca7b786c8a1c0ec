package client

import (
	"errors"
	"net/rpc"
	"strings"
	"time"

	"example.com/workshop/stage04-balancing/codec"
)

// net/rpc refuses a call with one of these texts and the method's name, and runs nothing.
// A longer text is no refusal: a method may pass on another server's error.
const (
	noService = "rpc: can't find service "
	noMethod  = "rpc: can't find method "
)

// misdirected reports whether err says that the server does not offer method: it is or
// wraps an rpc.ServerError whose text is noService or noMethod followed by method, and no
// more. Nothing has run, and another instance may offer it: a newer or older one, or one
// that still is the service if this one is a stranger on a dead server's port.
func misdirected(method string, err error) bool {
	refusal, _ := errors.AsType[rpc.ServerError](err)
	return refusal == rpc.ServerError(noService+method) || refusal == rpc.ServerError(noMethod+method)
}

// isFault reports whether err is an answer that is the instance's own fault: the instance
// does not offer even the service, so it is a stranger, or the method has crashed.
func isFault(method string, err error) bool {
	refusal, refused := errors.AsType[rpc.ServerError](err)
	return refused && (refusal == rpc.ServerError(noService+method) || strings.HasPrefix(string(refusal), codec.Crashed+method+" "))
}

// blameMisfits is told how the attempt on n has ended. If a reply does not fit the
// caller's variable, the caller or the instance is at fault. It was the instance if
// another one has filled the same variable; then blameMisfits counts the failure.
func (inv *invocation) blameMisfits(n *node, err error) {
	if misfit, ok := errors.AsType[*misfitError](err); ok {
		inv.misfits = append(inv.misfits, func() { inv.client.blameLate(n, misfit) })
	}
	if err == nil {
		for _, blame := range inv.misfits {
			blame()
		}
		inv.misfits = nil
	}
}

// blameLate counts err as a failure of n, whose attempt has ended earlier.
func (c *Client) blameLate(n *node, err error) {
	n.mu.Lock()
	late := &ending{at: time.Now(), fault: err}
	n.counts.add(late)
	unhealthy := n.health.add(late)
	n.mu.Unlock()
	if unhealthy {
		c.eject(n, err)
	}
}

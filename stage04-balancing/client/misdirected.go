package client

import (
	"errors"
	"net/rpc"
	"strings"
	"time"

	"example.com/workshop/stage04-balancing/codec"
)

// How net/rpc refuses a call without running anything. The name of the method follows,
// and nothing else: a method may pass on what another server has said to it.
const (
	noService = "rpc: can't find service "
	noMethod  = "rpc: can't find method "
)

// misdirected reports whether err says that the server does not offer method. Nothing
// has run, and another instance may offer it: one that is newer or older, or one that
// still is the service and not a stranger on a dead server's port.
func misdirected(method string, err error) bool {
	refusal, _ := errors.AsType[rpc.ServerError](err)
	return refusal == rpc.ServerError(noService+method) || refusal == rpc.ServerError(noMethod+method)
}

// isFault reports whether err is an answer that is the instance's own fault: it is a
// stranger, which does not offer so much as the service, or the method has crashed.
func isFault(method string, err error) bool {
	refusal, refused := errors.AsType[rpc.ServerError](err)
	return refused && (refusal == rpc.ServerError(noService+method) || strings.HasPrefix(string(refusal), codec.Crashed+method+" "))
}

// blameMisfits hears how the attempt on n has ended. A reply that did not fit the
// caller's variable may be the fault of either; it was the instance's if another one
// has filled the same variable.
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

// blameLate counts one more failure of n, whose attempt has ended before with err.
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

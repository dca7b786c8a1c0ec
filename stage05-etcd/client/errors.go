package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
)

// CallError is why a call failed, and where.
type CallError struct {
	Op   string // the method, or "dial"
	Addr string // the server
	// Sent is false when the server has certainly not seen the whole
	// request, so that the call may be made again whatever it does. When it
	// is true and Err is no rpc.ServerError, nobody knows whether the method
	// ran: only what may run twice may be sent twice.
	Sent bool
	Err  error
}

func (e *CallError) Error() string {
	if _, ok := e.Err.(*net.OpError); ok && e.Op == "dial" {
		return e.Err.Error() // which says it all
	}
	return fmt.Sprintf("%s on %s: %v", e.Op, e.Addr, e.Err)
}

func (e *CallError) Unwrap() error { return e.Err }

// Outcome sorts what became of a message.
type Outcome string

// The outcomes. Acknowledged and Refused are the server's own answers;
// after TimedOut nobody knows whether it got the message.
const (
	Acknowledged Outcome = "acknowledged" // the method returned a reply
	Refused      Outcome = "refused"      // the server answered with an error
	TimedOut     Outcome = "timed out"    // no answer within the deadline
	Unreachable  Outcome = "unreachable"  // no connection, or it broke
)

// OutcomeOf sorts the error of a call.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Acknowledged
	}
	if _, ok := errors.AsType[rpc.ServerError](err); ok {
		return Refused
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return TimedOut
	}
	return Unreachable
}

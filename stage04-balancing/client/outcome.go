package client

import (
	"context"
	"errors"
	"net/rpc"
	"os"
)

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

// OutcomeOf sorts the error of a call, which may be wrapped: nil is
// Acknowledged, an rpc.ServerError is Refused, a deadline that has passed, of a
// context or of a connection, is TimedOut, and all else is Unreachable.
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

package client

import (
	"context"
	"errors"
	"net/rpc"
	"os"
)

// Outcome is how a call ended.
type Outcome string

// Acknowledged and Refused are the server's own answers. After TimedOut the caller does
// not know whether the server got the request.
const (
	Acknowledged Outcome = "acknowledged" // the method returned a reply
	Refused      Outcome = "refused"      // the server answered with an error
	TimedOut     Outcome = "timed out"    // no answer within the deadline
	Unreachable  Outcome = "unreachable"  // no connection, or it broke
)

// OutcomeOf returns the outcome of a call with this error, which may be wrapped. nil is
// Acknowledged. An rpc.ServerError is Refused. A deadline that has passed, of a context
// or of a connection, is TimedOut. Any other error is Unreachable.
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

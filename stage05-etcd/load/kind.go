package load

import (
	"context"
	"errors"
	"io"
	"net"
	"net/rpc"
	"os"
)

// kinds are the keys of Report.Errors.
var kinds = []string{"timeout", "unreachable", "broken", "refused", "other"}

// kind sorts the error of a call by what its caller can do about it.
func kind(err error) string {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return "timeout" // nobody knows whether it ran
	}
	if _, ok := errors.AsType[rpc.ServerError](err); ok {
		return "refused" // by the method itself
	}
	op, ok := errors.AsType[*net.OpError](err)
	switch {
	case ok && op.Op == "dial":
		return "unreachable"
	case ok, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, rpc.ErrShutdown):
		return "broken" // the connection ended before the answer came
	default:
		return "other"
	}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Outlet is standard output. If it cannot be written to, everything stops: Gone is called
// with the reason.
type Outlet struct {
	*os.File
	Gone context.CancelCauseFunc
}

func (o Outlet) Write(p []byte) (int, error) {
	n, err := o.File.Write(p)
	if err != nil {
		o.Gone(outputError{err})
	}
	return n, err
}

// outputError is the error of a standard output that cannot be written to.
type outputError struct{ error }

func (e outputError) Error() string {
	reason := e.error
	if path, ok := errors.AsType[*os.PathError](reason); ok {
		reason = path.Err // its path is a name of the system's for the output
	}
	return fmt.Sprintf("standard output: %v", reason)
}

func (e outputError) Unwrap() error { return e.error }

// lostOutput returns why standard output was lost, or nil. A reader that ended, as in
// docs diff 4 | head, is no reason.
func lostOutput(ctx context.Context) error {
	lost, ok := errors.AsType[outputError](context.Cause(ctx))
	if !ok || errors.Is(lost, syscall.EPIPE) {
		return nil
	}
	return lost
}

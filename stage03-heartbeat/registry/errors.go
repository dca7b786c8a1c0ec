package registry

import (
	"errors"
	"fmt"
	"time"
)

// A store returns these errors and *FieldError. The HTTP API and its Client carry the
// same errors across the wire.
var (
	ErrNotFound = errors.New("not registered")
	ErrFull     = errors.New("too many instances")
	ErrTaken    = errors.New("id is taken")
)

// notFound returns ErrNotFound with the service and the id that were asked for.
func notFound(service, id string) error {
	return fmt.Errorf("%w: %.128s of %.128s", ErrNotFound, id, service)
}

// RetryAfterError is an error of a request that may succeed later.
type RetryAfterError struct {
	Err   error
	After time.Duration // how long to wait before another attempt
}

func (e *RetryAfterError) Error() string { return e.Err.Error() }
func (e *RetryAfterError) Unwrap() error { return e.Err }

// seconds returns After in whole seconds, rounded up.
func (e *RetryAfterError) seconds() int {
	return int((e.After + time.Second - 1) / time.Second)
}

package registry

import (
	"errors"
	"fmt"
)

// What a store returns besides a *FieldError. The HTTP API and its Client
// carry the same errors across the wire.
var (
	ErrNotFound = errors.New("not registered")
	ErrFull     = errors.New("too many instances")
)

// notFound returns ErrNotFound with the instance that was meant.
func notFound(service, id string) error {
	return fmt.Errorf("%w: %.128s of %.128s", ErrNotFound, id, service)
}

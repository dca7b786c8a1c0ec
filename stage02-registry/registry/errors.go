package registry

import (
	"errors"
	"fmt"
)

// A store returns these errors and *FieldError. The HTTP API and its Client carry the
// same errors across the wire.
var (
	ErrNotFound = errors.New("not registered")
	ErrFull     = errors.New("too many instances")
)

// notFound returns ErrNotFound with the service and the id that were asked for.
func notFound(service, id string) error {
	return fmt.Errorf("%w: %.128s of %.128s", ErrNotFound, id, service)
}

package registry

import "errors"

// What a store returns besides a *FieldError. The HTTP API and its Client
// carry the same errors across the wire.
var (
	ErrNotFound = errors.New("not registered")
	ErrFull     = errors.New("too many instances")
)

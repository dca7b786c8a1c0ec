package codec

import (
	"errors"
	"fmt"
	"reflect"
)

// TypeError says that a value cannot travel as gob.
type TypeError struct {
	Type string // the value's Go type
	Err  error  // gob's reason
}

func (e *TypeError) Error() string { return fmt.Sprintf("cannot send a %s: %v", e.Type, e.Err) }
func (e *TypeError) Unwrap() error { return e.Err }

// encodable returns a *TypeError if gob cannot encode v, or this package would not read
// it. Each type is tried once per connection, so a call costs one map lookup. Some values
// still fail later although their type can be encoded, for example in a GobEncode; see
// takeBack.
func (s *stream) encodable(v any) error {
	t := reflect.TypeOf(v)
	if isNil(reflect.ValueOf(v)) {
		return &TypeError{Type: fmt.Sprintf("%T", v), Err: errors.New("it is nil")} // gob would panic, or send nothing
	}
	if s.tried[t] {
		return nil
	}
	if err := sendable(v); err != nil {
		return &TypeError{Type: t.String(), Err: err}
	}
	s.tried[t] = true
	return nil
}

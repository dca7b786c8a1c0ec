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

// encodable reports as a *TypeError why gob cannot encode v, or why this package would not
// read it. Each type is tried once per connection, so a call costs one map lookup. What
// depends on the value and not on the type alone, such as a GobEncode that fails, can
// still fail later, and then costs the connection.
func (s *stream) encodable(v any) error {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() == reflect.Pointer && reflect.ValueOf(v).IsNil() {
		return &TypeError{Type: fmt.Sprintf("%T", v), Err: errors.New("it is nil")} // for which gob would panic
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

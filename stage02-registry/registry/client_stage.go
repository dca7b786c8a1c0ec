package registry

import (
	"encoding/json"
	"errors"
	"reflect"
)

// hint adds the number of the stage to an error that comes from the registry of another
// stage of the workshop. By default all of them listen on the same port.
func hint(err error) error {
	if bad, ok := errors.AsType[*FieldError](err); ok && *bad == (FieldError{"lease", "unknown field"}) {
		return &FieldError{"lease", "unknown field: this looks like the registry of stage 02"}
	}
	bad, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case ok && bad.Value == "array" && bad.Type.Kind() == reflect.Struct:
		return errors.New("a list without a revision: this looks like the registry of stage 02 or 03")
	case ok && bad.Value == "object" && bad.Type.Kind() == reflect.Slice:
		return errors.New("an object and no list: this looks like the registry of stage 04 or 05")
	}
	return err
}

// noLease refuses a lease, which only the client of a later stage renews.
type noLease struct{}

func (noLease) UnmarshalText([]byte) error {
	return &FieldError{"lease", "granted, and nobody here renews it: this looks like the registry of stage 03 or later"}
}

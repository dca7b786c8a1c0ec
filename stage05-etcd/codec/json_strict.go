package codec

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// unmarshal is a stricter json.Unmarshal. Each exported field of a struct must be there,
// unless it is marked omitempty or omitzero, and no other field may be. Otherwise a
// misspelt key would be an unintended zero.
func unmarshal(text json.RawMessage, dst any) error {
	if err := complete(text, reflect.TypeOf(dst).Elem(), "the parameter"); err != nil {
		return fmt.Errorf("jsonrpc: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(dst); err != nil {
		return fmt.Errorf("%.200w", err) // err may hold a number or a key of any length
	}
	return nil
}

// complete returns an error if text lacks a part of a value of type t. The error calls
// the value name. complete does not check types; the decoder does.
func complete(text json.RawMessage, t reflect.Type, name string) error {
	if string(text) == "null" {
		if k := t.Kind(); k == reflect.Pointer || k == reflect.Interface || k == reflect.Map || k == reflect.Slice {
			return nil
		}
		return fmt.Errorf("%s is null", name)
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	ptr := reflect.PointerTo(t)
	if ptr.Implements(reflect.TypeFor[json.Unmarshaler]()) || ptr.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return nil // the type checks for itself
	}
	switch t.Kind() {
	case reflect.Struct:
		return completeStruct(text, t, name)
	case reflect.Slice, reflect.Array:
		var values []json.RawMessage
		json.Unmarshal(text, &values)
		for i, value := range values {
			if err := complete(value, t.Elem(), fmt.Sprintf("%s[%d]", name, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func completeStruct(text json.RawMessage, t reflect.Type, name string) error {
	var raw map[string]json.RawMessage
	if json.Unmarshal(text, &raw) != nil {
		return nil
	}
	values := make(map[string]json.RawMessage, len(raw))
	for key, value := range raw {
		values[strings.ToLower(key)] = value // as json.Unmarshal finds it
	}
	for _, f := range reflect.VisibleFields(t) {
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || key == "-" || f.Anonymous && key == "" || len(f.Index) > 1 {
			continue
		}
		if key == "" {
			key = f.Name
		}
		value, ok := values[strings.ToLower(key)]
		if !ok && strings.Contains(options, "omit") {
			continue
		}
		if !ok {
			return fmt.Errorf("%s has no %s", name, key)
		}
		if err := complete(value, f.Type, key); err != nil {
			return err
		}
	}
	return nil
}

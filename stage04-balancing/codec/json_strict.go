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
//
// text is parsed twice at most, however deep it is nested: to parse each value again, once
// for each value around it, would take minutes for a megabyte.
func unmarshal(text json.RawMessage, dst any) error {
	var tree any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // which does not fail for numbers that are too large
	if err := dec.Decode(&tree); err != nil {
		return fmt.Errorf("jsonrpc: %w", err)
	}
	if err := complete(tree, reflect.TypeOf(dst).Elem(), func() string { return "the parameter" }); err != nil {
		return fmt.Errorf("jsonrpc: %.200w", err) // err may hold a key of any length
	}
	dec = json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(dst); err != nil {
		return fmt.Errorf("%.200w", err) // err may hold a number or a key of any length
	}
	return nil
}

// complete returns an error if value, as json.Unmarshal stores it in an any, lacks a part
// of a value of type t. The error calls the value name. complete does not check types; the
// decoder does.
func complete(value any, t reflect.Type, name func() string) error {
	if value == nil {
		if k := t.Kind(); k == reflect.Pointer || k == reflect.Interface || k == reflect.Map || k == reflect.Slice {
			return nil
		}
		return fmt.Errorf("%s is null", name())
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
		if values, ok := value.(map[string]any); ok {
			return completeStruct(values, t, name)
		}
	case reflect.Slice, reflect.Array:
		values, _ := value.([]any)
		for i, value := range values {
			if err := complete(value, t.Elem(), func() string { return fmt.Sprintf("%s[%d]", name(), i) }); err != nil {
				return err
			}
		}
	case reflect.Map:
		values, _ := value.(map[string]any)
		for key, value := range values {
			if err := complete(value, t.Elem(), func() string { return fmt.Sprintf("%s[%q]", name(), key) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func completeStruct(object map[string]any, t reflect.Type, name func() string) error {
	values := make(map[string]any, len(object))
	for key, value := range object {
		values[strings.ToLower(key)] = value // as json.Unmarshal finds it
	}
	for _, f := range reflect.VisibleFields(t) {
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || key == "-" || isEmbedded(f) || isNamed(t, f.Index) {
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
			return fmt.Errorf("%s has no %s", name(), key)
		}
		if err := complete(value, f.Type, func() string { return key }); err != nil {
			return err
		}
	}
	return nil
}

// isEmbedded reports whether JSON has the fields of f in place of f.
func isEmbedded(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return f.Anonymous && key == "" && t.Kind() == reflect.Struct
}

// isNamed reports whether JSON has the field of t with this index within another one.
func isNamed(t reflect.Type, index []int) bool {
	for n := 1; n < len(index); n++ {
		if !isEmbedded(t.FieldByIndex(index[:n])) {
			return true
		}
	}
	return false
}

package registry

import (
	"encoding/json"
	"fmt"
	"strings"
)

// keysOnce reads a JSON value without lists, and returns a *FieldError for a key that an
// object has twice. encoding/json would take the last of the two, and other programs take
// the first. Keys of the outermost object are equal if fold makes them equal.
func keysOnce(dec *json.Decoder, fold func(string) string) error {
	if open, _ := dec.Token(); open != json.Delim('{') {
		return nil
	}
	seen := make(map[string]bool)
	for dec.More() {
		key, _ := dec.Token()
		name := fold(fmt.Sprint(key))
		if seen[name] {
			return twice(name)
		}
		seen[name] = true
		if err := keysOnce(dec, strings.Clone); err != nil { // metadata, where case counts
			return err
		}
	}
	dec.Token() // the end of the object
	return nil
}

// foldKey returns a key as encoding/json compares it with the name of a field.
func foldKey(name string) string { return strings.ToLower(strings.ToUpper(name)) }

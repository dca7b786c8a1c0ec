package loglimit

import (
	"fmt"
	"runtime/debug"
)

const (
	maxText  = 1 << 10  // bytes that are logged of a text that a peer can make long
	maxStack = 16 << 10 // bytes that are logged of a stack
)

// Text returns what is logged of a text, or of a value's text, that a peer can make long.
func Text(value any) string {
	text, ok := value.(string)
	if !ok {
		text = fmt.Sprint(value) // which would copy a string, twice
	}
	return cut(text, maxText)
}

// Stack returns what is logged of the stack of the goroutine that calls it.
func Stack() string { return cut(string(debug.Stack()), maxStack) }

// cut returns text, or what it begins with and how long it is if that is more than max bytes.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:max], len(text))
}

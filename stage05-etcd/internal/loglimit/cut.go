package loglimit

import (
	"fmt"
	"runtime/debug"
)

const (
	maxText  = 1 << 10  // bytes that are logged of a text that a peer can make long
	maxStack = 16 << 10 // bytes that are logged of a stack
)

// Text returns the text of value, cut to what is logged of a text that a peer can make
// long.
func Text(value any) string {
	text, ok := value.(string)
	if !ok {
		text = fmt.Sprint(value) // Sprint would copy a string, twice
	}
	return cut(text, maxText)
}

// Stack returns the stack of the calling goroutine, cut to what is logged.
func Stack() string { return cut(string(debug.Stack()), maxStack) }

// cut returns text. If that has more than max bytes, cut returns the first max and the
// length.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:max], len(text))
}

package loglimit

import (
	"fmt"
	"runtime/debug"
)

const (
	maxText  = 1 << 10  // bytes that are logged of a text that a peer can make long
	maxStack = 16 << 10 // bytes that are logged of a stack
)

// Text returns value's text, cut to maxText bytes. A peer can make such a text long.
func Text(value any) string {
	text, ok := value.(string)
	if !ok {
		text = fmt.Sprint(value) // Sprint would copy a string, twice
	}
	return cut(text, maxText)
}

// Stack returns the stack of the calling goroutine, cut to maxStack bytes.
func Stack() string { return cut(string(debug.Stack()), maxStack) }

// cut returns text, or its first max bytes and its length if it is longer.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:max], len(text))
}

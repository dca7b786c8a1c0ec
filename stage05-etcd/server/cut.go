package server

import "fmt"

const (
	maxText  = 1 << 10  // bytes that are logged of a text that a peer can make long
	maxStack = 16 << 10 // bytes that are logged of a stack
)

// cut returns text, or what it begins with and how long it is if that is more than max bytes.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:max], len(text))
}

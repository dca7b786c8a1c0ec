// Package faulty is a service whose methods misbehave, for experiments with the
// processes that serve them and call them.
package faulty

import (
	"runtime"

	"example.com/workshop/stage01-rpc/arith"
)

// Faulty misbehaves. Register it under its type's name.
type Faulty struct{}

// Panic panics.
func (Faulty) Panic(*arith.Args, *int) error { panic("as it was asked to") }

// Hang never returns.
func (Faulty) Hang(*arith.Args, *int) error { select {} }

// Exit ends its goroutine without returning.
func (Faulty) Exit(*arith.Args, *int) error {
	runtime.Goexit()
	return nil
}

package client

import (
	"fmt"
	"net"
)

// CallError is why a call failed, and where.
type CallError struct {
	Op   string // the method, or "dial"
	Addr string // the server
	Err  error
}

func (e *CallError) Error() string {
	if _, ok := e.Err.(*net.OpError); ok && e.Op == "dial" {
		return e.Err.Error() // which says it all
	}
	return fmt.Sprintf("%s on %s: %v", e.Op, e.Addr, e.Err)
}

func (e *CallError) Unwrap() error { return e.Err }

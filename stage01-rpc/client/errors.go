package client

import (
	"fmt"
	"net"
)

// CallError says which call failed, on which server, and why.
type CallError struct {
	Op   string // the method, or "dial"
	Addr string // the server
	Err  error
}

func (e *CallError) Error() string {
	if _, ok := e.Err.(*net.OpError); ok && e.Op == "dial" {
		return e.Err.Error() // a *net.OpError names the operation and the address itself
	}
	return fmt.Sprintf("%s on %s: %v", e.Op, e.Addr, e.Err)
}

func (e *CallError) Unwrap() error { return e.Err }

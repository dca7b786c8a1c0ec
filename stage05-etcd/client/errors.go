package client

import (
	"fmt"
	"net"
)

// CallError says which call failed, on which server, and why.
type CallError struct {
	Op   string // the method, or "dial"
	Addr string // the server
	// Sent is false if the server has certainly not seen the whole request. Then the call
	// may be made again, whatever its method does. If Sent is true and Err is no
	// rpc.ServerError, the method may have run or not: only a method that may run twice
	// may be sent twice.
	Sent bool
	Err  error
}

func (e *CallError) Error() string {
	if _, ok := e.Err.(*net.OpError); ok && e.Op == "dial" {
		return e.Err.Error() // a *net.OpError names the operation and the address itself
	}
	return fmt.Sprintf("%s on %s: %v", e.Op, e.Addr, e.Err)
}

func (e *CallError) Unwrap() error { return e.Err }

// Package hangup tells whether a connection has failed because its peer ended it.
package hangup

import (
	"errors"
	"io"
	"syscall"
)

// wsaConnReset is what Windows returns when the peer has reset a connection. Its
// syscall.ECONNRESET is a number that no system call returns. No other system has an error of
// this number.
const wsaConnReset = syscall.Errno(10054)

// Is reports whether err says that the peer closed or reset the connection.
func Is(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, wsaConnReset} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

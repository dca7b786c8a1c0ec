// Package hangup reports whether a connection failed because its peer ended it.
package hangup

import (
	"errors"
	"io"
	"syscall"
)

// wsaConnReset is the error of Windows for a connection that the peer has reset. Go's
// syscall.ECONNRESET there is a number that no system call returns. No other system has
// an error of this number.
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

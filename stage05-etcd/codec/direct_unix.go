//go:build unix

package codec

import (
	"net"
	"syscall"
)

// TryWrite writes what conn takes of p without waiting, and returns how much that is. It
// is nothing if conn is no *net.TCPConn, or its write deadline has passed.
func TryWrite(conn net.Conn, p []byte) (n int) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		raw, _ := tcp.SyscallConn() // which fails for nil alone
		raw.Write(func(fd uintptr) bool { n, _ = syscall.Write(int(fd), p); return true })
	}
	return max(n, 0)
}

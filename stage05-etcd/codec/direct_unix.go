//go:build unix

package codec

import (
	"net"
	"syscall"
)

// TryWrite writes as much of p as conn takes without waiting, and returns how much that
// is. It writes nothing if conn is no *net.TCPConn, or its write deadline has passed.
func TryWrite(conn net.Conn, p []byte) (n int) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		raw, _ := tcp.SyscallConn() // fails only for nil
		raw.Write(func(fd uintptr) bool { n, _ = syscall.Write(int(fd), p); return true })
	}
	return max(n, 0)
}

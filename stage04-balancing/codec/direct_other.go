//go:build !unix

package codec

import "net"

// TryWrite writes nothing.
func TryWrite(net.Conn, []byte) int { return 0 }

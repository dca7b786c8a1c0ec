package mtls

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

// plainAlert is TLS's alert "protocol version" outside of any session. A client that
// speaks TLS reports it as a clear error, and Dialer's plain connections take it as the
// sign that the server wants TLS. No response of net/rpc, JSON or HTTP begins with it.
// (RFC 8446, sections 5.1 and 6.2.)
var plainAlert = []byte{21, 3, 3, 0, 2, 2, 70}

// refuse closes the connection of a client whose handshake failed, once the client could
// read why. Before that it reads what the client has sent: closing a socket with unread
// bytes resets the connection, and the client may see the reset before the alert.
func refuse(ctx context.Context, conn net.Conn, why error) {
	defer conn.Close()
	until := time.Now().Add(time.Second)
	conn.SetDeadline(until)
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	if _, plain := errors.AsType[tls.RecordHeaderError](why); plain {
		conn.Write(plainAlert)
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.Copy(io.Discard, conn)
	}
}

// saysTLS reports whether the bytes that a server sends first are a TLS alert.
func saysTLS(first []byte) bool {
	return len(first) >= 2 && first[0] == plainAlert[0] && first[1] == plainAlert[1]
}

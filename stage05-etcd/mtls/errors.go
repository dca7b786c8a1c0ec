package mtls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
)

// What is wrong between two sides of which one speaks TLS and the other does
// not, or which do not trust one another. The client sees all of them: the
// first two and the last when it dials or first reads, and ErrRefused when it
// first reads, since in TLS 1.3 the client has finished before the server has
// looked at its certificate.
var (
	ErrTLSRequired = errors.New("the server speaks TLS only: give -tls-cert, -tls-key and -tls-ca")
	ErrNotTLS      = errors.New("the server does not answer in TLS: it is stopping, or wants no -tls-cert, -tls-key and -tls-ca")
	ErrRefused     = errors.New("the server refuses this side's certificate: -tls-cert must be of its CA")
	ErrUnknownCA   = errors.New("the server's certificate is not of the CA in -tls-ca")
)

// explain says in this package's words what an error of crypto/tls means.
func explain(err error) error {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	op, ok := errors.AsType[*net.OpError](err)
	switch {
	case unknown:
		return ErrUnknownCA
	case notTLS:
		return ErrNotTLS
	case ok && op.Op == "remote error": // an alert
		return fmt.Errorf("%w (%w)", ErrRefused, err)
	default:
		return err
	}
}

// secureConn explains what its first read finds.
type secureConn struct{ *tls.Conn }

func (c *secureConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		err = explain(err)
	}
	return n, err
}

// plainConn explains an answer that is a TLS alert.
type plainConn struct {
	net.Conn
	read bool // something, or nothing
}

func (c *plainConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	first := !c.read
	c.read = true
	if first && saysTLS(p[:n]) {
		return 0, ErrTLSRequired
	}
	return n, err
}

package mtls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
)

// What is wrong between two sides of which one speaks TLS and the other does
// not, or which do not trust one another. The client sees all of them: the
// first two and the last when it dials or first reads, and ErrRefused and
// ErrExpired when it first reads, since in TLS 1.3 the client has finished before
// the server has looked at its certificate.
var (
	ErrTLSRequired = errors.New("the server speaks TLS only")
	ErrNotTLS      = errors.New("the server does not answer in TLS: it is stopping, or wants none")
	ErrRefused     = errors.New("the server refuses this side's certificate")
	ErrExpired     = errors.New("this side's certificate has expired, or is not valid yet")
	ErrUnknownCA   = errors.New("the server's certificate is not of a CA that is trusted here")
)

// ErrIncomplete is what Files.Server and Files.Client return if one of the three
// is missing.
var ErrIncomplete = errors.New("TLS takes all three: a certificate, its key and a CA")

// explain says in this package's words what an error of crypto/tls means.
func explain(err error) error {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	var alert string // that the server has sent; crypto/tls has no type for it
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		alert = op.Err.Error()
	}
	switch {
	case unknown:
		return ErrUnknownCA
	case notTLS:
		return ErrNotTLS
	case alert == "tls: expired certificate":
		return fmt.Errorf("%w (%w)", ErrExpired, err)
	case strings.Contains(alert, "certificate"):
		return fmt.Errorf("%w (%w)", ErrRefused, err)
	default:
		return err
	}
}

// secureConn explains the errors of its reads, of which the first may be an alert.
type secureConn struct{ *tls.Conn }

func (c *secureConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		err = explain(err)
	}
	return n, err
}

// plainConn explains a TLS alert as the first answer.
type plainConn struct {
	net.Conn
	read bool // the first read is over
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

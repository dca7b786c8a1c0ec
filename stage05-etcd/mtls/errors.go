package mtls

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
)

// These are the errors between two sides of which only one speaks TLS, or which do not
// trust one another. The client gets all of them: the first two and the last when it
// dials or first reads, and ErrRefused and ErrExpired when it first reads, since in TLS
// 1.3 the client's handshake ends before the server has looked at its certificate.
var (
	ErrTLSRequired = errors.New("the server speaks TLS only")
	ErrNotTLS      = errors.New("the server does not answer in TLS: it is stopping, or wants none")
	ErrRefused     = errors.New("the server refuses this side's certificate")
	ErrExpired     = errors.New("this side's certificate has expired, or is not valid yet")
	ErrUnknownCA   = errors.New("the server's certificate is not of a CA that is trusted here")
)

// ErrIncomplete is the error of Files.Server and Files.Client if one of the three files
// is missing.
var ErrIncomplete = errors.New("TLS takes all three: a certificate, its key and a CA")

// explain translates an error of crypto/tls into one of this package, or returns it
// unchanged.
func explain(err error) error {
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, notTLS := errors.AsType[tls.RecordHeaderError](err)
	var alert string // sent by the server; crypto/tls has no type for it
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

// secureConn explains the errors of its reads. The first read may return an alert.
type secureConn struct{ *tls.Conn }

func (c *secureConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		err = explain(err)
	}
	return n, err
}

// plainConn returns ErrTLSRequired if the first bytes that it reads are a TLS alert.
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

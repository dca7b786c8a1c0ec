// Package mtls is TLS in both directions: server and client prove to each other who they
// are. net/rpc has neither encryption nor authentication, and gets both from here. The
// one rule: nobody without a certificate of the CA gets as far as sending a request.
package mtls

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// Files names PEM files. The zero value means no TLS.
type Files struct {
	Cert string // this side's certificate, and those between it and the CA
	Key  string // the private key of that certificate
	CA   string // the certificates of those who may sign the other side's
}

// Server returns the configuration of a server that requires and verifies a certificate
// of each client. Without files it returns nil. It reads the files, and its errors name
// the one that is missing or bad.
func (f Files) Server() (*tls.Config, error) {
	pair, pool, err := f.load()
	if pair == nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return pair.latest(), nil },
	}, nil
}

// Client returns the configuration of a client, for net/rpc, gRPC or etcd. Without files
// it returns nil. The client verifies that the server's certificate is for the host that
// was dialled. Errors are those of Server.
func (f Files) Client() (*tls.Config, error) {
	pair, pool, err := f.load()
	if pair == nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:           tls.VersionTLS13,
		RootCAs:              pool,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair.latest(), nil },
	}, nil
}

// load reads the files. Without files it returns nil, nil and no error.
func (f Files) load() (*keyPair, *x509.CertPool, error) {
	if f == (Files{}) {
		return nil, nil, nil
	}
	if f.Cert == "" || f.Key == "" || f.CA == "" {
		return nil, nil, ErrIncomplete
	}
	first, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("TLS certificate %s with key %s: %w", f.Cert, f.Key, err)
	}
	pem, err := os.ReadFile(f.CA)
	if err != nil {
		return nil, nil, fmt.Errorf("TLS CA: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, nil, fmt.Errorf("TLS CA: %s holds no PEM certificate", f.CA)
	}
	return &keyPair{files: f, log: loglimit.New(slog.Default()), good: &first}, pool, nil
}

// keyPair is a certificate that may be replaced on disk while it is in use.
type keyPair struct {
	files Files
	log   *slog.Logger

	mu   sync.Mutex // guards the field below
	good *tls.Certificate
}

// latest reads the certificate and the key again, once per handshake, so that a
// certificate with a short life is renewed without a restart. While they cannot be read,
// for example because only one of them has been replaced, latest returns the last good
// pair and logs why: that pair will expire. The CA is read only once.
func (p *keyPair) latest() *tls.Certificate {
	pair, err := tls.LoadX509KeyPair(p.files.Cert, p.files.Key)
	if err != nil {
		p.log.Warn("the TLS certificate cannot be read again: the last one stays in use", "cert", p.files.Cert, "key", p.files.Key, "err", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.good = &pair
	}
	return p.good
}

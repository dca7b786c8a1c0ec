// Package devca makes a throw-away certificate authority for a test, a workshop or a
// demonstration. The one rule: its private key never leaves the process, so nobody can
// sign anything later, and what it has signed expires within a day. It is not for
// production.
package devca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"time"
)

// Options change what a CA signs. The zero value is the default.
type Options struct {
	Valid time.Duration // from now; default, and at most, 24 h
}

// CA signs certificates.
type CA struct {
	valid time.Duration
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
}

// New makes a CA with a P-256 key.
func New(opts Options) (*CA, error) {
	if opts.Valid == 0 || opts.Valid > 24*time.Hour {
		opts.Valid = 24 * time.Hour
	}
	ca := &CA{valid: opts.Valid}
	template := ca.template("workshop throw-away CA")
	template.IsCA, template.BasicConstraintsValid = true, true
	template.MaxPathLenZero = true // it signs no other CA
	template.KeyUsage = x509.KeyUsageCertSign
	var err error
	if ca.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, ca.key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	ca.cert, err = x509.ParseCertificate(der)
	return ca, err
}

// PEM returns the CA's certificate, with which each side verifies the other.
func (ca *CA) PEM() []byte { return block("CERTIFICATE", ca.cert.Raw) }

// Issue returns a new certificate and its private key, in PEM. With hosts, which are
// names or IP addresses as callers dial them, the certificate is for a server, which may
// also be a client, of etcd say. Without hosts it is for a client alone.
func (ca *CA) Issue(name string, hosts ...string) (cert, key []byte, err error) {
	template := ca.template(name)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if len(hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, private.Public(), ca.key)
	if err != nil {
		return nil, nil, fmt.Errorf("certificate of %s: %w", name, err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", secret), nil
}

// template returns what every certificate has. It is valid from an hour ago, for machines
// whose clocks differ.
func (ca *CA) template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour),
		NotAfter:  now.Add(ca.valid),
	}
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

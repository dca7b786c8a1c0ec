// Package registryurl opens the registry that a URL names, so that the commands need not
// know the kinds of registry.
package registryurl

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/tlshint"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// Registry is a registry of any kind. Close ends its connections.
type Registry interface {
	registry.Registrar
	registry.Discovery
	Close()
}

// Options change how a registry is called. etcd uses only the TTL, Timeout and Logger of
// the ClientOptions, and its client chooses when to send a heartbeat. User is for etcd
// only.
type Options struct {
	registry.ClientOptions
	User string      // NAME:PASSWORD, or NAME with the password in PasswordVariable; empty for none
	TLS  *tls.Config // nil means no TLS, or no certificate for https
}

// PasswordVariable is the environment variable that may hold the password. Unlike a flag,
// it does not show in a list of processes.
const PasswordVariable = "ETCD_PASSWORD"

// The help texts of the flags -registry and -user.
const (
	URLUsage  = "`URL` of the registry: http://HOST:PORT, or etcd://HOST:PORT,HOST:PORT"
	UserUsage = "`NAME:PASSWORD` for an etcd that has users; the password may be in " + PasswordVariable
)

// IsEtcd reports whether rawURL is the URL of an etcd, or is meant to be one.
func IsEtcd(rawURL string) bool {
	scheme, _, _ := strings.Cut(rawURL, ":")
	return strings.EqualFold(scheme, "etcd")
}

// Open returns the registry at rawURL. The registry need not run yet, but if it runs and
// refuses the password, Open returns that error. Other errors are *cli.UsageErrors, for
// example if TLS is wanted and the URL is one without TLS.
func Open(rawURL string, opts Options) (Registry, error) {
	if !IsEtcd(rawURL) {
		return openHTTP(rawURL, opts)
	}
	name, password, _ := strings.Cut(opts.User, ":")
	if name != "" {
		password = cmp.Or(password, os.Getenv(PasswordVariable))
	}
	if (name == "") != (password == "") {
		return nil, cli.Usagef("-user: want NAME:PASSWORD, or NAME with the password in %s", PasswordVariable)
	}
	r, err := etcd.Dial(rawURL, etcd.Options{
		TTL: opts.TTL, Timeout: opts.Timeout, Logger: tlshint.Logger(cmp.Or(opts.Logger, slog.Default())),
		Username: name, Password: password, TLS: opts.TLS,
	})
	switch {
	case errors.Is(err, rpctypes.ErrAuthFailed):
		return nil, err
	case err != nil:
		return nil, cli.Usagef("%v", err)
	}
	return r, nil
}

func openHTTP(rawURL string, opts Options) (Registry, error) {
	if opts.User != "" {
		return nil, cli.Usagef("-user: only etcd has users")
	}
	carrier := &http.Transport{IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10}
	if opts.TLS != nil {
		if scheme, _, _ := strings.Cut(rawURL, ":"); strings.EqualFold(scheme, "http") {
			return nil, cli.Usagef("registry %q speaks in the clear: with TLS want etcd://HOST:PORT or https://HOST:PORT", rawURL)
		}
		carrier.DialTLSContext = mtls.Dialer(opts.TLS, mtls.Options{})
	}
	opts.Transport = transport{carrier}
	client, err := registry.NewClient(rawURL, opts.ClientOptions)
	if err != nil {
		return nil, cli.Usagef("%v", err)
	}
	return client, nil
}

// transport recognizes a response that no registry sends, such as an etcd's.
type transport struct{ *http.Transport }

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.Transport.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusNotFound && !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		resp.Body.Close()
		return nil, fmt.Errorf("it answers 404 Not Found, and no registry does: an etcd would be etcd://%s", req.URL.Host)
	}
	return resp, err
}

package etcd_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// serveHTTP returns the address of a registry of our own.
func serveHTTP(t *testing.T, files mtls.Files) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	config, err := files.Server()
	require.NoError(t, err)
	if config != nil {
		l = mtls.NewListener(l, config, mtls.Options{Logger: logtest.Quiet()})
	}
	go registry.Serve(t.Context(), l, registry.Handler(registry.NewStore(registry.Options{})))
	return addr
}

// What keeps etcd from answering is one line that says which etcd and why, in
// the log at once and in the error when the caller gives up.
func TestWhatIsWrongWithTheConnectionIsOneClearLine(t *testing.T) {
	t.Parallel()
	const away = "127.0.0.1:1"
	_, refused := net.Dial("tcp", away)
	require.Error(t, refused)
	tr, other := newTrust(t), newTrust(t)
	secure, plain := startSecure(t, tr), sharedNode(t).Addr()
	overHTTP, overTLS := serveHTTP(t, mtls.Files{}), serveHTTP(t, tr.node)
	wrongCA := mtls.Files{Cert: tr.ofClient.Cert, Key: tr.ofClient.Key, CA: other.ofClient.CA}
	stranger := mtls.Files{Cert: other.ofClient.Cert, Key: other.ofClient.Key, CA: tr.ofClient.CA}
	for name, c := range map[string]struct {
		addr  string
		files mtls.Files
		user  string
		want  string // after the address
	}{
		"nobody there":             {addr: away, want: refused.Error()},
		"nobody there, TLS":        {addr: away, files: tr.ofClient, want: refused.Error()},
		"nobody there, a user":     {addr: away, user: "workshop", want: refused.Error()},
		"none of two there":        {addr: away + "," + away, want: refused.Error()},
		"plain client":             {addr: secure, want: etcd.ErrHungUp.Error()},
		"plain etcd":               {addr: plain, files: tr.ofClient, want: mtls.ErrNotTLS.Error()},
		"etcd of another CA":       {addr: secure, files: wrongCA, want: mtls.ErrUnknownCA.Error()},
		"etcd of another CA, user": {addr: secure, files: wrongCA, user: "workshop", want: mtls.ErrUnknownCA.Error()},
		"client of another CA":     {addr: secure, files: stranger, want: mtls.ErrRefused.Error() + " (remote error: tls: unknown certificate authority)"},
		"a registry over HTTP":     {addr: overHTTP, want: etcd.ErrNotEtcd.Error()},
		"a registry, TLS":          {addr: overTLS, files: tr.ofClient, want: etcd.ErrNotEtcd.Error()},
		"no password":              {addr: secure, files: tr.ofClient, want: "etcdserver: permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts, log := unhurried(), new(logtest.Buffer)
			opts.Timeout = slow * 3 * time.Second // time to find out, and all that an attempt takes
			opts.Logger = slog.New(slog.NewJSONHandler(log, nil))
			opts.Username, opts.Password = c.user, c.user
			var err error
			opts.TLS, err = c.files.Client()
			require.NoError(t, err)
			r := dial(t, c.addr, opts)
			watch(t, r)
			ctx, cancel := context.WithTimeout(t.Context(), 2*opts.Timeout)
			defer cancel()
			_, err = r.Register(ctx, server("a", "10.0.0.1:1"))
			want := "etcd " + c.addr + ": " + c.want
			require.EqualError(t, err, want)
			require.Eventually(t, func() bool { return strings.Count(log.String(), "\n") == 2 }, longest, 10*time.Millisecond)
			for line := range strings.Lines(log.String()) { // one of the registration, and one of the watch
				var got struct{ Level, Msg, Err string }
				require.NoError(t, json.Unmarshal([]byte(line), &got))
				require.Equal(t, "WARN", got.Level)
				require.Equal(t, want, got.Err)
				require.NotContains(t, got.Msg, "answer", "it may, and refuse")
			}
		})
	}
}

// What was heard on a connection says nothing once that is closed.
func TestAnEtcdThatGoesAwayIsOneClearLineToo(t *testing.T) {
	t.Parallel()
	n, opts, a := sharedNode(t), unhurried(), server("a", "10.0.0.1:1")
	path := proxytest.Start(t, n.Addr())
	opts.Timeout = time.Second
	reg, err := dial(t, path.Addr(), opts).Register(t.Context(), a)
	require.NoError(t, err)
	path.Refuse(true)
	require.Eventually(t, func() bool {
		err := reg.Update(t.Context(), a)
		return err != nil && err.Error() == "etcd "+path.Addr()+": "+etcd.ErrHungUp.Error()
	}, longest, 10*time.Millisecond)
}

// A certificate that is refused may be replaced: it is tried until it passes.
func TestReplacedCertificateIsTriedWithoutARestart(t *testing.T) {
	t.Parallel()
	tr, other, opts := newTrust(t), newTrust(t), unhurried()
	opts.Timeout = slow * 2 * time.Second
	addr := startSecure(t, tr)
	_, err := other.ca.Write(filepath.Join(tr.dir, "client"), "client")
	require.NoError(t, err)
	files := mtls.Files{Cert: filepath.Join(tr.dir, "client", "client.pem"), Key: filepath.Join(tr.dir, "client", "client-key.pem"), CA: tr.node.CA}
	opts.TLS, err = files.Client()
	require.NoError(t, err)
	opts.Username, opts.Password = "workshop", "secret"
	log := new(logtest.Buffer)
	opts.Logger = log.Logger()
	r := dial(t, addr, opts)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	refused := make(chan error, 1)
	go func() {
		_, err := r.Register(ctx, server("a", "10.0.0.1:1"))
		refused <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), mtls.ErrRefused.Error()) }, longest, 10*time.Millisecond)
	cancel()
	require.ErrorIs(t, <-refused, mtls.ErrRefused)
	_, err = tr.ca.Write(filepath.Join(tr.dir, "client"), "client")
	require.NoError(t, err)
	_, err = r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
}

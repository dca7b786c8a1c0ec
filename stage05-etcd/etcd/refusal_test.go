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
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/mtls"
)

// trust is a CA, and the files of an etcd on loopback and of a client.
type trust struct {
	ca             *devca.CA
	dir            string
	node, ofClient mtls.Files
}

func newTrust(t *testing.T) (tr trust) {
	t.Helper()
	var err error
	tr.ca, err = devca.New(devca.Options{})
	require.NoError(t, err)
	tr.dir = t.TempDir()
	tr.node, err = tr.ca.Write(tr.dir, "etcd", "127.0.0.1")
	require.NoError(t, err)
	tr.ofClient, err = tr.ca.Write(tr.dir, "client")
	require.NoError(t, err)
	return tr
}

// startSecure returns the address of an etcd that wants certificates and
// passwords.
func startSecure(t *testing.T, tr trust) string {
	t.Helper()
	opts := embedded.Quick()
	opts.TLS = tr.node
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	config, err := tr.ofClient.Client()
	require.NoError(t, err)
	root, err := clientv3.New(clientv3.Config{Endpoints: []string{n.Addr()}, TLS: config, Logger: zap.NewNop()})
	require.NoError(t, err)
	defer root.Close()
	enableAuth(t, root, "/")
	return n.Addr()
}

func TestEtcdWithTLSAndPasswordsIsARegistry(t *testing.T) {
	t.Parallel()
	tr, opts := newTrust(t), options()
	addr := startSecure(t, tr)
	opts.Username, opts.Password = "workshop", "secret"
	var err error
	opts.TLS, err = tr.ofClient.Client()
	require.NoError(t, err)
	r, a := dial(t, addr, opts), server("a", "10.0.0.1:1")
	reg, err := r.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a)
	require.NoError(t, reg.Deregister(t.Context()))
	shows(t, w)
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
		"plain client":             {addr: secure, want: "it hangs up without a word, as one does that speaks TLS only: give -tls-cert, -tls-key and -tls-ca"},
		"plain etcd":               {addr: plain, files: tr.ofClient, want: mtls.ErrNotTLS.Error()},
		"etcd of another CA":       {addr: secure, files: wrongCA, want: mtls.ErrUnknownCA.Error()},
		"etcd of another CA, user": {addr: secure, files: wrongCA, user: "workshop", want: mtls.ErrUnknownCA.Error()},
		"client of another CA":     {addr: secure, files: stranger, want: mtls.ErrRefused.Error() + " (remote error: tls: unknown certificate authority)"},
		"no password":              {addr: secure, files: tr.ofClient, want: "etcdserver: permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts, log := options(), new(safeBuffer)
			opts.Logger = slog.New(slog.NewJSONHandler(log, nil))
			opts.Username, opts.Password = c.user, c.user
			var err error
			opts.TLS, err = c.files.Client()
			require.NoError(t, err)
			r := dial(t, c.addr, opts)
			watch(t, r)
			ctx, cancel := context.WithTimeout(t.Context(), 2*timeout)
			defer cancel()
			_, err = r.Register(ctx, server("a", "10.0.0.1:1"))
			want := "etcd " + c.addr + ": " + c.want
			require.EqualError(t, err, want)
			require.Eventually(t, func() bool { return strings.Count(log.String(), "\n") == 2 }, patience, 10*time.Millisecond)
			for line := range strings.Lines(log.String()) { // one of the registration, and one of the watch
				var got struct{ Level, Err string }
				require.NoError(t, json.Unmarshal([]byte(line), &got))
				require.Equal(t, "WARN", got.Level)
				require.Equal(t, want, got.Err)
			}
		})
	}
}

func TestRefusedLogInIsAnErrorOfDial(t *testing.T) {
	t.Parallel()
	tr := newTrust(t)
	addr := startSecure(t, tr)
	for name, password := range map[string]string{"workshop": "wrong", "nobody": "secret"} {
		opts := options()
		opts.Username, opts.Password = name, password
		var err error
		opts.TLS, err = tr.ofClient.Client()
		require.NoError(t, err)
		_, err = etcd.Dial(etcd.Scheme+addr, opts)
		require.EqualError(t, err, "etcd "+addr+": etcdserver: authentication failed, invalid user ID or password")
	}
}

// A password that etcd does not ask for is no error, so that servers can be
// given theirs before etcd gets its users. But it is said.
func TestPasswordThatNobodyAsksForIsLogged(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(safeBuffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	opts.Username, opts.Password = "workshop", "secret"
	shows(t, watch(t, dial(t, n.Addr(), opts)))
	require.Contains(t, log.String(), `msg="etcd has no users: it asks nobody for a password" etcd=`+n.Addr()+" user=workshop\n")
}

// A certificate that is refused may be replaced: it is tried until it passes.
func TestReplacedCertificateIsTriedWithoutARestart(t *testing.T) {
	t.Parallel()
	tr, other, opts := newTrust(t), newTrust(t), options()
	addr := startSecure(t, tr)
	_, err := other.ca.Write(filepath.Join(tr.dir, "client"), "client")
	require.NoError(t, err)
	files := mtls.Files{Cert: filepath.Join(tr.dir, "client", "client.pem"), Key: filepath.Join(tr.dir, "client", "client-key.pem"), CA: tr.node.CA}
	opts.TLS, err = files.Client()
	require.NoError(t, err)
	opts.Username, opts.Password = "workshop", "secret"
	r := dial(t, addr, opts)
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	_, err = r.Register(ctx, server("a", "10.0.0.1:1"))
	require.ErrorIs(t, err, mtls.ErrRefused)
	_, err = tr.ca.Write(filepath.Join(tr.dir, "client"), "client")
	require.NoError(t, err)
	_, err = r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
}

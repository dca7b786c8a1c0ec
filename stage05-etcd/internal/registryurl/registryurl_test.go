package registryurl_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"example.com/workshop/stage05-etcd/internal/certstest"
	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/registryurl"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// options are a user's, and say nothing.
func options(user string) registryurl.Options {
	return registryurl.Options{
		ClientOptions: registry.ClientOptions{Logger: logtest.Quiet()},
		User:          user,
	}
}

// requireWorks registers an instance and finds it.
func requireWorks(t *testing.T, url string, opts registryurl.Options) {
	t.Helper()
	r, err := registryurl.Open(url, opts)
	require.NoError(t, err)
	defer r.Close()
	in := registry.Instance{Service: "Arith", ID: "a", Addr: "10.0.0.1:1234", Network: "tcp", Weight: 1}
	entry, err := r.Register(t.Context(), in)
	require.NoError(t, err)
	w, err := r.Watch(t.Context(), "Arith")
	require.NoError(t, err)
	defer w.Close()
	snap, err := w.Next(t.Context())
	require.NoError(t, err)
	require.Equal(t, []registry.Instance{in}, snap.Instances)
	require.NoError(t, entry.Deregister(t.Context()))
}

func TestTheURLSaysWhichRegistryItIs(t *testing.T) {
	n := etcdtest.Start(t, mtls.Files{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go registry.Serve(t.Context(), l, registry.Handler(registry.NewStore(registry.Options{})))

	requireWorks(t, "etcd://"+n.Addr(), options(""))
	requireWorks(t, "ETCD://"+n.Addr(), options(""))
	requireWorks(t, "http://"+l.Addr().String(), options(""))
}

func TestAnEtcdIsNotTakenForARegistryOverHTTP(t *testing.T) {
	addr, log := etcdtest.Start(t, mtls.Files{}).Addr(), new(logtest.Buffer)
	opts := options("")
	opts.Logger = log.Logger()
	r, err := registryurl.Open("http://"+addr, opts)
	require.NoError(t, err)
	defer r.Close()
	want := "registry http://" + addr + ": it answers 404 Not Found, and no registry does: an etcd would be etcd://" + addr
	ctx, cancel := context.WithCancel(t.Context())
	registered := make(chan error, 1)
	go func() {
		_, err := r.Register(ctx, registry.Instance{Service: "Arith", ID: "a", Addr: "10.0.0.1:1234"})
		registered <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), want) }, time.Minute, 10*time.Millisecond)
	cancel()
	<-registered
}

func TestARegistrysHeaderHasABound(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X", strings.Repeat("x", 100_000))
	}))
	defer s.Close()
	r, err := registryurl.Open(s.URL, options(""))
	require.NoError(t, err)
	defer r.Close()
	_, err = r.(*registry.Client).Instances(t.Context(), "Arith")
	require.ErrorContains(t, err, "headers exceeded 65536")
}

// Whoever gives certificates does not want to register in the clear.
func TestWithTLSTheRegistryIsAskedOverTLSToo(t *testing.T) {
	_, ofServer, ofClient := certstest.New(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	cfg, err := ofServer.Server()
	require.NoError(t, err)
	go registry.Serve(t.Context(), mtls.NewListener(l, cfg, mtls.Options{}), registry.Handler(registry.NewStore(registry.Options{})))
	opts := options("")
	opts.TLS, err = ofClient.Client()
	require.NoError(t, err)

	requireWorks(t, "https://"+l.Addr().String(), opts)
	requireWorks(t, "etcd://"+etcdtest.Start(t, ofServer).Addr(), opts)
	for _, url := range []string{"http://h:1", "HTTP://h:1"} {
		_, err = registryurl.Open(url, opts)
		require.Equal(t, cli.Usagef("registry %q speaks in the clear: with TLS want etcd://HOST:PORT or https://HOST:PORT", url), err)
	}
}

func TestThePasswordIsInTheFlagOrInTheEnvironment(t *testing.T) {
	n := etcdtest.Start(t, mtls.Files{})
	url := "etcd://" + n.Addr()
	etcdtest.EnableAuth(t, etcdtest.Client(t, mtls.Files{}, n.Addr()), "sec:ret")

	requireWorks(t, url, options("root:sec:ret"))
	t.Setenv(registryurl.PasswordVariable, "sec:ret")
	requireWorks(t, url, options("root"))
	t.Setenv(registryurl.PasswordVariable, "wrong")
	requireWorks(t, url, options("root:sec:ret"))
	r, err := registryurl.Open(url, options("root"))
	require.ErrorIs(t, err, rpctypes.ErrAuthFailed)
	require.NotErrorAs(t, err, new(*cli.UsageError), "the flags are as they should be")
	require.Nil(t, r)
}

func TestWhatCannotWorkIsAUsageErrorAndNoRegistry(t *testing.T) {
	for _, tt := range []struct{ url, user, want string }{
		{"etcd://", "", `registry "etcd://": "" is not HOST:PORT`},
		{"etcd:h:1", "", `registry "etcd:h:1": want etcd://HOST:PORT,HOST:PORT`},
		{"etcd://root:secret@h:1", "", `registry "etcd://…@h:1": want etcd://HOST:PORT,HOST:PORT, without a user`},
		{"ftp://h:1", "", `registry "ftp://h:1": unknown scheme "ftp": want http://HOST:PORT`},
		{"etcd://h:1", "ann", "-user: want NAME:PASSWORD, or NAME with the password in ETCD_PASSWORD"},
		{"etcd://h:1", ":secret", "-user: want NAME:PASSWORD, or NAME with the password in ETCD_PASSWORD"},
		{"http://h:1", "ann:secret", "-user: only etcd has users"},
	} {
		r, err := registryurl.Open(tt.url, options(tt.user))
		require.Equal(t, cli.Usagef("%s", tt.want), err)
		require.True(t, r == nil, "an interface that holds a nil pointer is not nil")
	}
}

package etcd_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
)

func TestDialSaysWhatIsWrongWithAURL(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:2379":    `registry "http://127.0.0.1:2379": want etcd://HOST:PORT,HOST:PORT`,
		"etcd://":                  `registry "etcd://": "" is not HOST:PORT`,
		"etcd://h":                 `registry "etcd://h": "h" is not HOST:PORT`,
		"etcd://h1:1,,h2:2":        `registry "etcd://h1:1,,h2:2": "" is not HOST:PORT`,
		"etcd://h1:1,h2:2/path":    `registry "etcd://h1:1,h2:2/path": "h2:2/path" is not HOST:PORT`,
		"etcd://user@h1:1,h2:2":    `registry "etcd://user@h1:1,h2:2": "user@h1:1" is not HOST:PORT`,
		"etcd://:2379":             `registry "etcd://:2379": ":2379" is not HOST:PORT`,
		"etcd://h:99999":           `registry "etcd://h:99999": "h:99999" is not HOST:PORT`,
		"etcd://[::1]:1,localhost": `registry "etcd://[::1]:1,localhost": "localhost" is not HOST:PORT`,
	} {
		_, err := etcd.Dial(url, etcd.Options{})
		require.EqualError(t, err, want)
	}
}

// A log-in runs out, and an etcd that restarts forgets them all. That ends
// neither a registration nor a watch.
func TestExpiredLogInEndsNothing(t *testing.T) {
	t.Parallel()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	root, opts := raw(t, n.Addr()), options()
	enableAuth(t, root, opts.Prefix)
	opts.Username, opts.Password = "workshop", "secret"
	path := startProxy(t, n.Addr())
	r := dial(t, path.addr(), opts)
	a := server("a", "10.0.0.1:1")
	reg, err := r.Register(t.Context(), a)
	require.NoError(t, err)
	w := watch(t, r)
	shows(t, w, a)

	logIn, err := root.Authenticate(t.Context(), "root", "root")
	require.NoError(t, err)
	root, err = clientv3.New(clientv3.Config{Endpoints: []string{n.Addr()}, Token: logIn.Token, Logger: zap.NewNop()})
	require.NoError(t, err)
	defer root.Close()
	_, err = root.AuthDisable(t.Context())
	require.NoError(t, err)
	_, err = raw(t, n.Addr()).AuthEnable(t.Context())
	require.NoError(t, err)
	_, err = root.Get(t.Context(), opts.Prefix)
	require.ErrorIs(t, err, rpctypes.ErrInvalidAuthToken)

	path.cut() // so that the beats and the watch need a new one
	a.Weight = 7
	require.Eventually(t, func() bool { return reg.Update(t.Context(), a) == nil }, patience, 10*time.Millisecond)
	settles(t, w, a)
}

// enableAuth makes a user that may do everything below prefix.
func enableAuth(t *testing.T, client *clientv3.Client, prefix string) {
	t.Helper()
	for _, do := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "root", "root"); return err },
		func(ctx context.Context) error { _, err := client.UserGrantRole(ctx, "root", "root"); return err },
		func(ctx context.Context) error { _, err := client.UserAdd(ctx, "workshop", "secret"); return err },
		func(ctx context.Context) error { _, err := client.RoleAdd(ctx, "registry"); return err },
		func(ctx context.Context) error {
			_, err := client.RoleGrantPermission(ctx, "registry", prefix, clientv3.GetPrefixRangeEnd(prefix), clientv3.PermissionType(clientv3.PermReadWrite))
			return err
		},
		func(ctx context.Context) error {
			_, err := client.UserGrantRole(ctx, "workshop", "registry")
			return err
		},
		func(ctx context.Context) error { _, err := client.AuthEnable(ctx); return err },
	} {
		require.NoError(t, do(t.Context()))
	}
}

// An etcd that is away when a password is asked for is no error either.
func TestEtcdThatNeedsAPasswordMayComeLater(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	opts.Username, opts.Password = "workshop", "secret" // which an etcd without users does not look at
	path := startProxy(t, n.Addr())
	path.refuse(true)
	w := watch(t, dial(t, path.addr(), opts))
	quiet(t, w, timeout)
	path.refuse(false)
	shows(t, w)
}

// What etcd answers is worth more than why another connection failed.
func TestRefusedLogInIsNotMistakenForADeadEndpoint(t *testing.T) {
	t.Parallel()
	n, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	opts := options()
	enableAuth(t, raw(t, n.Addr()), opts.Prefix)
	opts.Username, opts.Password = "workshop", "wrong password"
	path := startProxy(t, n.Addr())
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { dead.Close() })
	hangUp := func(sent []byte) { // when the log-in is under way, and wait until that is noticed
		if !bytes.Contains(sent, []byte(opts.Password)) {
			return
		}
		if conn, err := dead.Accept(); err == nil {
			conn.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, conn)
			conn.Close()
			dead.Close()
		}
	}
	path.passing.Store(&hangUp)
	_, err = etcd.Dial(etcd.Scheme+dead.Addr().String()+","+path.addr(), opts)
	require.ErrorIs(t, err, rpctypes.ErrAuthFailed)
}

// A registration that goes on after Close makes no connection that nobody
// would close.
func TestNothingIsOpenedAfterClose(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(safeBuffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	opts.Username, opts.Password = "workshop", "secret"
	path := startProxy(t, n.Addr())
	path.refuse(true)
	r := dial(t, path.addr(), opts)
	r.Close()
	path.refuse(false)
	ctx, cancel := context.WithCancel(t.Context())
	registered := make(chan error, 1)
	go func() {
		_, err := r.Register(ctx, server("a", "10.0.0.1:1"))
		registered <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), net.ErrClosed.Error()) }, patience, 10*time.Millisecond)
	cancel()
	require.Error(t, <-registered)
}

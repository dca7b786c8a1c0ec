package etcd_test

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/proxytest"
)

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

// An etcd that is away when a password is asked for is no error either.
func TestEtcdThatNeedsAPasswordMayComeLater(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), options()
	opts.Username, opts.Password = "workshop", "secret" // which an etcd without users does not look at
	path := proxytest.Start(t, n.Addr())
	path.Refuse(true)
	w := watch(t, dial(t, path.Addr(), opts))
	quiet(t, w, timeout)
	path.Refuse(false)
	shows(t, w)
}

// A password that etcd does not ask for is no error, so that servers can be
// given theirs before etcd gets its users. But it is said.
func TestPasswordThatNobodyAsksForIsLogged(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), unhurried(), new(logtest.Buffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	opts.Username, opts.Password = "workshop", "secret"
	shows(t, watch(t, dial(t, n.Addr(), opts)))
	require.Contains(t, log.String(), `msg="etcd has no users: it asks nobody for a password" etcd=`+n.Addr()+" user=workshop\n")
}

// A log-in runs out, and an etcd that restarts forgets them all. That ends
// neither a registration nor a watch.
func TestExpiredLogInEndsNothing(t *testing.T) {
	t.Parallel()
	n := ownNode(t, embedded.Quick())
	root, opts := raw(t, n.Addr()), options()
	enableAuth(t, root, opts.Prefix)
	opts.Username, opts.Password = "workshop", "secret"
	path := proxytest.Start(t, n.Addr())
	r := dial(t, path.Addr(), opts)
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

	path.Cut() // so that the beats and the watch need a new one
	a.Weight = 7
	require.Eventually(t, func() bool { return reg.Update(t.Context(), a) == nil }, longest, 10*time.Millisecond)
	settles(t, w, a)
}

// A registration that goes on after Close makes no connection that nobody
// would close.
func TestNothingIsOpenedAfterClose(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(logtest.Buffer)
	opts.Logger = slog.New(slog.NewTextHandler(log, nil))
	opts.Username, opts.Password = "workshop", "secret"
	path := proxytest.Start(t, n.Addr())
	path.Refuse(true)
	r := dial(t, path.Addr(), opts)
	r.Close()
	path.Refuse(false)
	ctx, cancel := context.WithCancel(t.Context())
	registered := make(chan error, 1)
	go func() {
		_, err := r.Register(ctx, server("a", "10.0.0.1:1"))
		registered <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), net.ErrClosed.Error()) }, longest, 10*time.Millisecond)
	cancel()
	require.Error(t, <-registered)
}

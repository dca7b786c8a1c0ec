package etcd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// An etcd that is full answers and is well in every other way, so the log must
// say why nobody can register, and what to do.
func TestAnEtcdThatIsOutOfSpaceIsSaidToBe(t *testing.T) {
	t.Parallel()
	n, opts, log := ownNode(t, embedded.Quick()), unhurried(), new(logtest.Buffer)
	opts.Logger = log.Logger()
	client, r := raw(t, n.Addr()), dial(t, n.Addr(), opts)
	listed, err := r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	alarm := &etcdserverpb.AlarmRequest{Action: etcdserverpb.AlarmRequest_ACTIVATE, Alarm: etcdserverpb.AlarmType_NOSPACE}
	_, err = etcdserverpb.NewMaintenanceClient(client.ActiveConnection()).Alarm(t.Context(), alarm)
	require.NoError(t, err)
	err = listed.Update(t.Context(), server("a", "10.0.0.1:2"))
	require.ErrorIs(t, err, rpctypes.ErrNoSpace)
	require.ErrorContains(t, err, "etcd "+n.Addr()+": its alarm NOSPACE is on, and nobody can register: ")

	registered := make(chan error, 1)
	go func() {
		_, err := r.Register(t.Context(), server("b", "10.0.0.2:1"))
		registered <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "NOSPACE") }, longest, 10*time.Millisecond)
	alarm.Action = etcdserverpb.AlarmRequest_DEACTIVATE
	_, err = etcdserverpb.NewMaintenanceClient(client.ActiveConnection()).Alarm(t.Context(), alarm)
	require.NoError(t, err)
	require.NoError(t, <-registered)
}

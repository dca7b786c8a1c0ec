package etcd_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// A server that is killed and started again gets its id when the lease of the
// dead one has run out, and not before, at the same address neither.
func TestServerStartedAgainWaitsForTheLeaseOfTheDeadOne(t *testing.T) {
	t.Parallel()
	n, opts, log := sharedNode(t), options(), new(logtest.Buffer)
	a := server("a", "10.0.0.1:1")
	ctx, die := context.WithCancel(t.Context())
	defer die()
	_, err := dial(t, n.Addr(), opts).Register(ctx, a)
	require.NoError(t, err)
	w := watch(t, dial(t, n.Addr(), opts))
	shows(t, w, a)
	die()
	died := time.Now()
	opts.Logger = log.Logger()
	a.Weight = 7
	var grants atomic.Int64
	second := etcd.New(intercepted(t, n.Addr(), func(method string, request func() error) error {
		if method == "LeaseGrant" {
			grants.Add(1)
		}
		return request()
	}), opts)
	registered := make(chan error, 1)
	go func() {
		_, err := second.Register(t.Context(), a)
		registered <- err
	}()
	settles(t, w, a)
	require.NoError(t, <-registered)
	require.Greater(t, time.Since(died), ttl/2)
	require.Less(t, time.Since(died), 2*ttl+soon)
	quiet(t, w, ttl) // in which the dead one's lease takes nothing with it
	require.EqualValues(t, 1, grants.Load(), "leases, of which all but one are in vain")
	require.Equal(t, 1, strings.Count(log.String(), "id is taken: a of Arith is 10.0.0.1:1"), "%s", log)
}

// A write whose answer gets lost leaves its claim and its entry, under the
// registration's own lease.
func TestAnswerThatGetsLostLeavesNoSecondEntry(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	var lost atomic.Int64 // answers
	client := intercepted(t, n.Addr(), func(method string, request func() error) error {
		err := request()
		if method == "Txn" && lost.Add(1) == 2 {
			return errors.New("the answer is lost")
		}
		return err
	})
	a := server("a", "10.0.0.1:1")
	reg, err := etcd.New(client, opts).Register(t.Context(), a)
	require.NoError(t, err)
	a.Version = "2"
	require.ErrorContains(t, reg.Update(t.Context(), a), "the answer is lost")
	a.Version = "3"
	require.NoError(t, reg.Update(t.Context(), a))
	resp, err := client.Get(t.Context(), opts.Prefix+"Arith/", clientv3.WithPrefix())
	require.NoError(t, err)
	require.Len(t, resp.Kvs, 1)
	require.Equal(t, opts.Prefix+"Arith/3/a", string(resp.Kvs[0].Key))
}

// A lease that was granted in vain is not kept alive while the id is another's,
// so nothing is to hang on it afterwards.
func TestLeaseThatWasGrantedInVainIsNotUsed(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	client, other := raw(t, n.Addr()), server("a", "10.0.0.2:2")
	other.Version = "2.0.0"
	var grants, looks atomic.Int64
	r := etcd.New(intercepted(t, n.Addr(), func(method string, request func() error) error {
		if method == "Range" && looks.Add(1) == 3 { // the first found the id free, the second did not
			client.Delete(t.Context(), opts.Prefix, clientv3.WithPrefix())
		}
		err := request()
		if method == "LeaseGrant" && grants.Add(1) == 1 {
			takeAway(t, client, opts, other) // as somebody who is quicker
		}
		return err
	}), opts)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	_, err := r.Register(ctx, server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	require.EqualValues(t, 2, grants.Load())
}

// One that etcd could not be asked to end is still there to be ended; one that
// etcd does not know any more has ended.
func TestLeaseIsRevokedUntilItHasEnded(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	client := raw(t, n.Addr())
	var granted clientv3.LeaseID
	var asked atomic.Int64
	r := etcd.New(intercepted(t, n.Addr(), func(method string, request func() error) error {
		if method == "LeaseRevoke" {
			if asked.Add(1) == 1 {
				return errors.New("not now")
			}
			client.Revoke(t.Context(), granted)
		}
		return request()
	}), opts)
	reg, err := r.Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	granted = clientv3.LeaseID(lease(t, client, opts.Prefix+"Arith/1.2.3/a"))
	require.ErrorContains(t, reg.Deregister(t.Context()), "not now")
	require.NoError(t, reg.Deregister(t.Context()))
	require.NoError(t, reg.Deregister(t.Context()), "there is no lease any more")
	require.EqualValues(t, 2, asked.Load())
}

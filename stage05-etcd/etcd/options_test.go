package etcd_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestANumberBelowZeroIsTheDefault(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	client := raw(t, n.Addr())
	opts.TTL, opts.Timeout, opts.Verify, opts.MaxInstances = -1, -1, -1, -1
	ctx, cancel := context.WithTimeout(t.Context(), longest) // or it would ask for ever
	defer cancel()
	reg, err := dial(t, n.Addr(), opts).Register(ctx, server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	resp, err := client.TimeToLive(t.Context(), clientv3.LeaseID(lease(t, client, opts.Prefix+"Arith/1.2.3/a")))
	require.NoError(t, err)
	require.EqualValues(t, 15, resp.GrantedTTL)
	shows(t, watch(t, dial(t, n.Addr(), opts)), server("a", "10.0.0.1:1"))
	require.NoError(t, reg.Deregister(t.Context()))
}

// What is longer than etcd grants, or than a time.Duration rounded up, is a day.
func TestALeaseIsADayAtMost(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	client := raw(t, n.Addr())
	for asked, want := range map[time.Duration]int64{math.MaxInt64: 24 * 60 * 60, 1500 * time.Millisecond: 2} {
		opts.TTL = asked
		ctx, cancel := context.WithTimeout(t.Context(), longest) // or it would ask for ever
		defer cancel()
		reg, err := dial(t, n.Addr(), opts).Register(ctx, server("a", "10.0.0.1:1"))
		require.NoError(t, err)
		resp, err := client.TimeToLive(t.Context(), clientv3.LeaseID(lease(t, client, opts.Prefix+"Arith/1.2.3/a")))
		require.NoError(t, err)
		require.Equal(t, want, resp.GrantedTTL)
		require.NoError(t, reg.Deregister(t.Context()))
	}
}

func TestAPrefixIsFromSlashToSlash(t *testing.T) {
	t.Parallel()
	n, opts := sharedNode(t), unhurried()
	w := watch(t, dial(t, n.Addr(), opts))
	opts.Prefix = strings.Trim(opts.Prefix, "/")
	_, err := dial(t, n.Addr(), opts).Register(t.Context(), server("a", "10.0.0.1:1"))
	require.NoError(t, err)
	settles(t, w, server("a", "10.0.0.1:1"))
}

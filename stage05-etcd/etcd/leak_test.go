package etcd_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.com/workshop/stage05-etcd/etcd"
)

// E8: everything ends with its context. The test counts goroutines, and so is
// not parallel.
func TestThousandWatchesAndRegistrationsLeaveNothing(t *testing.T) {
	n, opts := sharedNode(t), options()
	func() { // so that all is running that stays
		r, err := etcd.Dial(etcd.Scheme+n.Addr(), opts)
		require.NoError(t, err)
		defer r.Close()
		shows(t, watch(t, r))
	}()
	before := goleak.IgnoreCurrent()
	func() {
		r, err := etcd.Dial(etcd.Scheme+n.Addr(), opts)
		require.NoError(t, err)
		defer r.Close()
		for i := range 1000 {
			ctx, cancel := context.WithCancel(t.Context())
			w, err := r.Watch(ctx, "Arith")
			require.NoError(t, err)
			if i%2 == 0 {
				_, err = w.Next(ctx)
				require.NoError(t, err)
			}
			if i%10 == 0 {
				_, err = r.Register(ctx, server(fmt.Sprint(i), "10.0.0.1:1"))
				require.NoError(t, err)
			}
			cancel()
		}
	}()
	require.NoError(t, goleak.Find(before))
}

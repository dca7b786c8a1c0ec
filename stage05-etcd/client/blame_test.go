package client_test

import (
	"context"
	"errors"
	"io"
	"net/rpc"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/codec"
)

func TestADialThatTimesOutIsTheInstancesFaultHoweverShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1")
		cluster.blackHole("a:1")
		fill := cluster.blackHole("b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), DialTimeout: 10 * time.Millisecond})
		var calls []*client.Call
		for range 10 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		synctest.Wait()
		fill()
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.EqualValues(t, 5, failures(c, "a:1"))
		require.Equal(t, client.TransientFailure, states(c)["a:1"])
	})
}

func TestACallerThatGivesUpBlamesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		for _, h := range hosts {
			h.delay.Store(int64(time.Second))
		}
		c := cluster.client(client.Options{}) // nothing is idempotent
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Millisecond, cancel)
			require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.Canceled)
			ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
			require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.DeadlineExceeded)
			cancel()
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.Failed, in.ID)
			require.False(t, in.Ejected, in.ID)
		}
		require.Zero(t, c.Stats().Retries)
	})
}

func TestAnInstanceIsBlamedForWhatIsItsOwnFault(t *testing.T) {
	const enough = 200 * time.Millisecond
	dialTimedOut := &client.CallError{Op: "dial", Err: context.DeadlineExceeded}
	for _, tt := range []struct {
		err  error
		took time.Duration
		want bool
	}{
		{nil, time.Hour, false},
		{rpc.ServerError("divide by zero"), time.Hour, false},
		{&codec.TypeError{Type: "func()"}, 0, false},
		{client.ErrMisfit(errors.New("gob: type mismatch")), 0, false},
		{rpc.ServerError("rpc: can't find service Work.Do"), 0, true},
		{rpc.ServerError("rpc: can't find method Work.Do"), 0, false},
		{rpc.ServerError("rpc: can't find service Other.Do"), 0, false},
		{rpc.ServerError(codec.Crashed + "Work.Do panicked"), 0, true},
		{rpc.ServerError(codec.Crashed + "Other.Do panicked"), 0, false},
		{context.Canceled, time.Hour, false},
		{context.DeadlineExceeded, enough - 1, false},
		{context.DeadlineExceeded, enough, true},
		{dialTimedOut, 0, true},
		{&client.CallError{Op: "dial", Err: syscall.ECONNREFUSED}, 0, true},
		{io.ErrUnexpectedEOF, 0, true},
		{rpc.ErrShutdown, 0, true},
		{codec.ErrBacklog, 0, true},
	} {
		got := client.Blame("Work.Do", tt.err, tt.took, enough)
		if tt.want {
			require.Equal(t, tt.err, got)
		} else {
			require.NoError(t, got, "%v after %v", tt.err, tt.took)
		}
	}
}

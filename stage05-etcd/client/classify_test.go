package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/codec"
)

func TestAnAnswerOrTheCallersOwnFaultIsNeitherRetriedNorBlamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Idempotent: idempotent})
		for name, tt := range map[string]struct {
			method      string
			args, reply any
			want        any // the type of error
			text        string
			runs        int64
		}{
			"a ServerError":       {"Work.Refuse", 7, new(int), new(rpc.ServerError), "refused", 1},
			"args without gob":    {"Work.Do", func() {}, new(int), new(*codec.TypeError), "cannot send a func()", 0},
			"a reply that is nil": {"Work.Do", 7, nil, nil, "the reply must be a non-nil pointer, not <nil>", 0},
			"a reply by value":    {"Work.Do", 7, 7, nil, "the reply must be a non-nil pointer, not int", 0},
		} {
			for range 20 {
				before := ran(hosts)
				call := <-c.Go(t.Context(), tt.method, tt.args, tt.reply).Done
				require.ErrorContains(t, call.Err, tt.text, name)
				if tt.want != nil {
					require.ErrorAs(t, call.Err, tt.want, name)
				}
				require.Zero(t, call.Retries, name)
				require.Equal(t, tt.runs, ran(hosts)-before, "%s: runs of the method", name)
				do(t, c)
			}
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.Failed, in.ID)
			require.False(t, in.Ejected, in.ID)
			dials, _ := cluster.counts(in.Addr)
			require.Equal(t, 1, dials, in.ID)
		}
	})
}

func TestAnErrorIsFinalWhenItWouldBeTheSameOnEveryInstance(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{nil, true},
		{rpc.ServerError("divide by zero"), true},
		{fmt.Errorf("wrapped: %w", rpc.ServerError("divide by zero")), true},
		{&codec.TypeError{Type: "func()"}, true},
		{client.ErrReply(errors.New("the reply must be a non-nil pointer")), true},
		{client.ErrMisfit(errors.New("gob: type mismatch")), false},
		{client.ErrReply(codec.ErrTooLarge), true},
		{codec.ErrTooLarge, false}, // of another call's reply
		{rpc.ServerError("rpc: can't find service Work.Do"), false},
		{rpc.ServerError("rpc: can't find method Work.Do"), false},
		{rpc.ServerError("rpc: can't find service Other.Do"), true},              // what another server has said to this one
		{rpc.ServerError("rpc: can't find service Work.Do in the cellar"), true}, // what the method itself has said
		{rpc.ServerError("upstream: rpc: can't find method Work.Do"), true},
		{fmt.Errorf("wrapped: %w", rpc.ServerError("rpc: can't find method Work.Do")), false},
		{rpc.ServerError(codec.Crashed + "Work.Do panicked"), true},
		{context.DeadlineExceeded, false},
		{context.Canceled, false},
		{rpc.ErrShutdown, false},
		{io.ErrUnexpectedEOF, false},
		{codec.ErrBacklog, false},
		{&client.CallError{Op: "dial", Err: syscall.ECONNREFUSED}, false},
	} {
		require.Equal(t, tt.want, client.IsFinal("Work.Do", tt.err), "whether no other instance is tried after: %v", tt.err)
	}
}

package grpcarith_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
)

func TestCallIsTriedThreeTimesAndThatIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for refuses, want := range []error{nil, nil, nil, errors.New("refused three times")} {
			w := newWorld(t)
			w.serveMoody(a, int64(refuses))
			call := <-w.to(a).Go(t.Context(), "Arith.Sum", arith.Args{}, new(int)).Done
			require.Equal(t, want == nil, call.Err == nil, "%v", call.Err)
			require.Equal(t, min(refuses, 2), call.Retries)
			require.Equal(t, a, call.Addr)
		}
	})
}

func TestErrorSaysWhetherAServerMayHaveSeenTheCall(t *testing.T) {
	for name, sent := range map[string]bool{"nobody listens": false, "no answer": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				if sent {
					w.serve(a, &arith.Arith{Delay: 10 * time.Second})
				}
				err := w.to(a).Call(t.Context(), "Arith.Sum", arith.Args{}, new(int))
				failed, ok := errors.AsType[*client.CallError](err)
				require.True(t, ok, "%v", err)
				require.Equal(t, sent, failed.Sent)
			})
		})
	}
}

package grpcarith_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
)

func TestPanicIsAnErrorForItsCallerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, nil) // its methods dereference nil
		c := w.to(a)
		for range 2 {
			err := c.Call(t.Context(), "Arith.Sum", arith.Args{}, new(int))
			require.ErrorContains(t, err, "panicked")
			require.Equal(t, client.Refused, client.OutcomeOf(err))
		}
		require.Equal(t, 1, w.dialled(a))
	})
}

package grpcarith_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
)

func TestErrorOfTheMethodIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.serve(a, new(arith.Arith))
		c, untouched := w.to(a), arith.Quotient{Quo: 1}
		quo := untouched
		err := c.Call(t.Context(), "Arith.Divide", arith.Args{A: 1}, &quo)
		require.EqualError(t, err, "Arith.Divide on "+a+": divide by zero")
		require.Equal(t, client.Refused, client.OutcomeOf(err))
		require.Equal(t, untouched, quo)
		require.NoError(t, c.Call(t.Context(), "Arith.Divide", arith.Args{A: 1, B: 1}, &quo), "the connection is as good as before")

		require.ErrorContains(t, c.Call(t.Context(), "Arith.Power", arith.Args{}, new(int)), "no method Arith.Power")
		require.ErrorContains(t, c.Call(t.Context(), "Arith.Divide", arith.Args{}, new(int)), "no method Arith.Divide with a reply of *int")
		require.ErrorContains(t, c.Call(t.Context(), "Arith.Sum", 7, new(int)), "the arguments are int, not arith.Args")
	})
}

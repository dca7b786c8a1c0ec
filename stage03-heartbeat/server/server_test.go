package server_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/arith"
	"example.com/workshop/stage03-heartbeat/server"
)

type nothing struct{}

func (nothing) Unsuitable(a, b, c int) error { return nil }

// Nothing is exported, but has no method that could be served.
type Nothing struct{}

func (Nothing) NoError(args int, reply *int) {}

func TestRegisterRefusesWhatCannotBeServed(t *testing.T) {
	s := server.New(server.Options{})
	require.NoError(t, s.Register(new(arith.Arith)))
	require.NoError(t, s.RegisterName("Slow", new(arith.Arith)))
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"a type's name that is taken", s.Register(new(arith.Arith)),
			"server: register *arith.Arith: rpc: service already defined: Arith"},
		{"a name that is taken", s.RegisterName("Slow", new(arith.Arith)),
			`server: register *arith.Arith as "Slow": rpc: service already defined: Slow`},
		{"no suitable method", s.Register(Nothing{}),
			"server: register server_test.Nothing: rpc.Register: type Nothing has no exported methods of suitable type"},
		{"a type that is not exported", s.Register(nothing{}),
			"server: register server_test.nothing: rpc.Register: type nothing is not exported"},
	} {
		t.Run(tt.name, func(t *testing.T) { require.EqualError(t, tt.err, tt.want) })
	}
}

func TestEachNameServesWhatWasRegisteredUnderItFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		require.Error(t, h.RegisterName("Arith", Odd{}))
		require.NoError(t, h.RegisterName("Calculator", new(arith.Arith)))
		c := h.client(t, "tcp")
		requireWorks(t, c, "the service that had the name")
		var sum int
		require.NoError(t, c.Call("Calculator.Sum", arith.Args{A: 7, B: 8}, &sum), "another name of the same receiver")
		require.Equal(t, 15, sum)
	})
}

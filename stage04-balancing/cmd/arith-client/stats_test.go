package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/cmdtest"
)

func TestTheClientsViewIsOneObjectALine(t *testing.T) {
	t.Parallel()
	addr := serveArith(t)
	got := cmdtest.Start(t, "-registry", serveRegistry(t, "Arith", addr), "-rate", "50", "-for", "300ms", "-stats", "50ms").Wait()
	require.Zero(t, got.Code, got.Stderr)
	lines := strings.Split(strings.TrimSpace(got.Stderr), "\n")
	require.GreaterOrEqual(t, len(lines), 3)
	var last client.Stats
	for _, line := range lines {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		last = client.Stats{}
		require.NoError(t, dec.Decode(&last), line)
		require.Equal(t, "Arith", last.Service)
	}
	require.Len(t, last.Instances, 1)
	require.Equal(t, addr, last.Instances[0].Addr)
	require.EqualValues(t, 15, last.Instances[0].OK)
	require.Zero(t, last.Instances[0].InFlight)
}

func TestStatsThatCannotBeHadAreOneLineAndExitWith2(t *testing.T) {
	const direct = "-stats is for a client that looks its servers up and chooses among them"
	for _, tt := range []struct{ args, want string }{
		{"-stats -1s", "-stats -1s is below zero"},
		{"-stats often", `invalid value "often" for flag -stats: parse error, want a duration such as 15s`},
		{"-stats 1s -addr 127.0.0.1:1", direct},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			args := append(strings.Fields(tt.args), "multiply", "7", "8")
			cmdtest.RequireOneLine(t, cmdtest.Start(t, args...).Wait(), 2, "arith-client: "+tt.want+" (-h helps)")
		})
	}
}

package main

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
)

func TestBadInputIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-colour red", "flag provided but not defined: -colour"},
		{"-listen", "flag needs an argument: -listen"},
		{"-listen everywhere", `-listen "everywhere" is not HOST:PORT`},
		{"-listen 127.0.0.1:99999", `-listen "127.0.0.1:99999" is not HOST:PORT`},
		{"-transport pigeon", `-transport "pigeon": want tcp, http or jsonrpc`},
		{"-delay -1s", "-delay -1s is below zero"},
		{"-delay long", `invalid value "long" for flag -delay: parse error, want a duration such as 15s`},
		{"1234", `unexpected argument "1234"`},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireOneLine(t, startAlone(t, strings.Fields(tt.args)...).Wait(), 2, "arith-server: "+tt.want+" (-h helps)")
		})
	}
}

func TestAPortInUseIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	cmdtest.RequireOneLine(t, startAlone(t, "-listen", l.Addr().String()).Wait(), 1, "arith-server: "+inUse.Error()+" (-listen HOST:PORT chooses another)")
}

package main

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBadInputIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-colour red", "flag provided but not defined: -colour"},
		{"-listen everywhere", `-listen "everywhere" is not HOST:PORT`},
		{"-listen 127.0.0.1:99999", `-listen "127.0.0.1:99999" is not HOST:PORT`},
		{"8500", `unexpected argument "8500"`},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			requireOneLine(t, start(t, strings.Fields(tt.args)...).wait(), 2, "registry: "+tt.want+" (-h helps)")
		})
	}
}

func TestAPortInUseIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	requireOneLine(t, start(t, "-listen", l.Addr().String()).wait(), 1, "registry: "+inUse.Error())
}

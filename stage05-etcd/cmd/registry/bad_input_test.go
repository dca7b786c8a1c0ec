package main

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
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
			cmdtest.RequireOneLine(t, cmdtest.Start(t, strings.Fields(tt.args)...).Wait(), 2, "registry: "+tt.want+" (-h helps)")
		})
	}
}

func TestAPortInUseIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	cmdtest.RequireOneLine(t, cmdtest.Start(t, "-listen", l.Addr().String()).Wait(), 1, "registry: "+inUse.Error()+" (-listen HOST:PORT chooses another)")
}

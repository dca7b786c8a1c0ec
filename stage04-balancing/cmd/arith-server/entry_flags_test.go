package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
	"example.com/workshop/stage04-balancing/registry"
)

func TestTheFlagsSayWhatIsRegistered(t *testing.T) {
	t.Parallel()
	s := newStore()
	url := serveRegistry(t, registry.Handler(s))
	p := cmdtest.Start(t, "-listen", "0.0.0.0:0", "-registry", url, "-transport", "http", "-service", "Slow", "-id", "a",
		"-version", "v1.2", "-weight", "0", "-advertise", "server-1.example.com:1234")
	p.Said("registered")
	got := s.Instances("Slow")
	require.Len(t, got, 1)
	started, err := time.Parse(time.RFC3339Nano, got[0].Metadata["started"])
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), started, time.Minute)
	require.Empty(t, cmp.Diff(got[0], registry.Instance{
		Service: "Slow", ID: "a", Addr: "server-1.example.com:1234", Network: "http", Version: "v1.2", Weight: 0,
		Metadata: got[0].Metadata,
	}))
}

func TestByDefaultTheServerIsListedWhereItListens(t *testing.T) {
	t.Parallel()
	s := newStore()
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", serveRegistry(t, registry.Handler(s)))
	addr := p.Addr()
	p.Said("registered")
	got := s.Instances("Arith")
	require.Len(t, got, 1)
	require.Empty(t, cmp.Diff(got[0], registry.Instance{
		Service: "Arith", ID: addr, Addr: addr, Network: "tcp", Weight: 1, Metadata: got[0].Metadata,
	}))
}

func TestABadRegistrationIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-registry ftp://127.0.0.1:8500", `registry "ftp://127.0.0.1:8500": unknown scheme "ftp": want http://HOST:PORT`},
		{"-registry 127.0.0.1:8500", `registry "127.0.0.1:8500": no scheme: want http://HOST:PORT`},
		{"-registry http://", `registry "http://": no host: want http://HOST:PORT`},
		{"-service a/b", `-service: "a/b" has '/': only letters, digits and -_.:[]+ may stand here`},
		{"-service=", "-service: missing"},
		{"-id a,b", `-id: "a,b" has ',': only letters, digits and -_.:[]+ may stand here`},
		{"-version 1/2", `-version: "1/2" has '/': only letters, digits and -_.:[]+ may stand here`},
		{"-weight -1", "-weight: -1 is not between 0 and 1000"},
		{"-weight 1001", "-weight: 1001 is not between 0 and 1000"},
		{"-weight heavy", `invalid value "heavy" for flag -weight: parse error, want a whole number`},
		{"-advertise server-1", `-advertise: "server-1" is not host:port`},
		{"-advertise server-1:0", `-advertise: "server-1:0" has no port between 1 and 65535`},
		{"-advertise 0.0.0.0:1234", `-advertise: "0.0.0.0:1234" is every interface, which nobody can call`},
		{"-listen :1234", `-listen ":1234" is every interface: -advertise HOST:PORT must say which address callers use`},
		{"-listen 0.0.0.0:1234", `-listen "0.0.0.0:1234" is every interface: -advertise HOST:PORT must say which address callers use`},
		{"-listen [::]:1234", `-listen "[::]:1234" is every interface: -advertise HOST:PORT must say which address callers use`},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireOneLine(t, cmdtest.Start(t, strings.Fields(tt.args)...).Wait(), 2, "arith-server: "+tt.want+" (-h helps)")
		})
	}
}

package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
)

func TestTheTTLFlagIsTheLongestThatIsGranted(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]string{"": "20s", "10s": "10s", "1h": "20s"} {
		_, at := serve(t, "-ttl", "20s")
		form := url.Values{"name": {"Arith"}, "addr": {"127.0.0.1:1234"}}
		if asked != "" {
			form.Set("ttl", asked)
		}
		require.Equal(t, want, post[struct{ TTL string }](t, at+"/register", form).TTL)
	}
}

func TestAnInstanceThatDoesNotBeatIsEvicted(t *testing.T) {
	t.Parallel()
	p, at := serve(t, "-ttl", "1s", "-sweep", "50ms")
	post[struct{}](t, at+"/register", url.Values{"name": {"Arith"}, "addr": {"127.0.0.1:1234"}})
	p.Said("evicted service=Arith id=127.0.0.1:1234")
}

func TestABadLeaseIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-ttl 999ms", "-ttl 999ms is shorter than 1s"},
		{"-ttl 0s", "-ttl 0s is shorter than 1s"},
		{"-ttl 2562047h", "-ttl 2562047h0m0s is longer than 24h0m0s"},
		{"-ttl long", `invalid value "long" for flag -ttl: parse error, want a duration such as 15s`},
		{"-sweep 0s", "-sweep 0s is not above zero"},
		{"-sweep -1s", "-sweep -1s is not above zero"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireOneLine(t, cmdtest.Start(t, strings.Fields(tt.args)...).Wait(), 2, "registry: "+tt.want+" (-h helps)")
		})
	}
}

package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
	"example.com/workshop/stage04-balancing/registry"
)

func TestTheTTLIsAskedFor(t *testing.T) {
	t.Parallel()
	h := registry.Handler(newStore())
	asked := make(chan string, 1)
	url := serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		select {
		case asked <- string(body):
		default:
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		h.ServeHTTP(w, r)
	}))
	cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url, "-ttl", "7s").Said("registered")
	require.Contains(t, <-asked, `"ttl":"7s"`)
}

func TestTheServerBeatsAsOftenAsTold(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", r.url, "-beat", "10ms")
	r.next(t, "/register").goOn()
	for range 3 { // which would take 15 s by default
		r.next(t, "/heartbeat").goOn()
	}
}

func TestABadLeaseIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-ttl 999ms", "-ttl 999ms is shorter than 1s"},
		{"-ttl 0s", "-ttl 0s is shorter than 1s"},
		{"-ttl 2562047h", "-ttl 2562047h0m0s is longer than 24h0m0s"},
		{"-ttl long", `invalid value "long" for flag -ttl: parse error, want a duration such as 15s`},
		{"-beat -1s", "-beat -1s is not between 0 and a third of the ttl of 15s"},
		{"-beat 5001ms", "-beat 5.001s is not between 0 and a third of the ttl of 15s"},
		{"-ttl 60s -beat 30s", "-beat 30s is not between 0 and a third of the ttl of 1m0s"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireOneLine(t, cmdtest.Start(t, strings.Fields(tt.args)...).Wait(), 2, "arith-server: "+tt.want+" (-h helps)")
		})
	}
}

package main

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/internal/cmdtest"
	"example.com/workshop/stage03-heartbeat/registry"
)

// serveRegistry serves a registry on a free port until the test ends. It lists
// addr as an instance of the service, unless that is empty.
func serveRegistry(t *testing.T, service, addr string) (url string) {
	t.Helper()
	l := listen(t)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, registry.Handler(newStore())) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	url = "http://" + l.Addr().String()
	if addr == "" {
		return url
	}
	r, err := registry.NewClient(url, registry.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	_, err = r.Register(t.Context(), registry.Instance{Service: service, Addr: addr, Weight: 1})
	require.NoError(t, err)
	return url
}

func TestAServiceIsLookedUp(t *testing.T) {
	for service, args := range map[string][]string{
		"Arith": nil,
		"Slow":  {"-service", "Slow"},
	} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			args = append([]string{"-registry", serveRegistry(t, service, serveArith(t))}, args...)
			require.Equal(t, cmdtest.Outcome{Stdout: "7 * 8 = 56\n"}, cmdtest.Start(t, append(args, "multiply", "7", "8")...).Wait())
		})
	}
}

func TestALoadLooksTheServiceUp(t *testing.T) {
	t.Parallel()
	addr := serveArith(t)
	p := cmdtest.Start(t, "-registry", serveRegistry(t, "Arith", addr), "-rate", "50", "-for", "100ms", "-json")
	got := p.Wait()
	require.Zero(t, got.Code, got.Stderr)
	lines := strings.Split(strings.TrimSpace(got.Stdout), "\n")
	var total struct {
		Sent, Ok int
		Servers  map[string]int
	}
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &total))
	require.Positive(t, total.Sent)
	require.Equal(t, total.Sent, total.Ok)
	require.Equal(t, map[string]int{addr: total.Ok}, total.Servers)
}

func TestALoadWithoutAServerSaysSo(t *testing.T) {
	t.Parallel()
	got := cmdtest.Start(t, "-registry", serveRegistry(t, "", ""), "-rate", "50", "-for", "100ms", "-json").Wait()
	require.Zero(t, got.Code, got.Stderr)
	_, total := parseLoad(t, got.Stdout)
	require.Equal(t, 5, total.Errors["no_instances"], total.Errors)
}

func TestNobodyUnderTheNameIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	url := serveRegistry(t, "", "")
	got := cmdtest.Start(t, "-registry", url, "-service", "Slow", "multiply", "7", "8").Wait()
	cmdtest.RequireOneLine(t, got, 1, "arith-client: no instances of Slow")
}

func TestARegistryThatIsDownIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	addr := nobody(t)
	got := cmdtest.Start(t, "-registry", "http://"+addr, "multiply", "7", "8").Wait()
	cmdtest.RequireOneLine(t, got, 1, "arith-client: finding Arith: registry http://"+addr+": "+refusal(t, addr))
}

func TestARegistryThatHangsCostsTheTimeoutAndNoMore(t *testing.T) {
	t.Parallel()
	addr := listen(t).Addr().String()
	got := cmdtest.Start(t, "-registry", "http://"+addr, "-timeout", "50ms", "multiply", "7", "8").Wait()
	cmdtest.RequireOneLine(t, got, 1, "arith-client: no answer within 50ms: finding Arith: context deadline exceeded")
}

func TestAnAddressNeedsNoRegistry(t *testing.T) {
	t.Parallel()
	got := cmdtest.Start(t, "-registry", "http://"+nobody(t), "-addr", serveArith(t), "sum", "7", "8").Wait()
	require.Equal(t, cmdtest.Outcome{Stdout: "7 + 8 = 15\n"}, got)
}

func TestABadLookupIsOneLineAndExitsWith2(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-registry ftp://127.0.0.1:8500", `registry "ftp://127.0.0.1:8500": unknown scheme "ftp": want http://HOST:PORT`},
		{"-registry 127.0.0.1:8500", `registry "127.0.0.1:8500": no scheme: want http://HOST:PORT`},
		{"-registry=", `registry "": no scheme: want http://HOST:PORT`},
		{"-service a/b", `-service: "a/b" has '/': only letters, digits and -_.:[]+ may stand here`},
		{"-service ..", `-service: ".." is not a name`},
		{"-service=", "-service: missing"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			args := append(strings.Fields(tt.args), "multiply", "7", "8")
			cmdtest.RequireOneLine(t, cmdtest.Start(t, args...).Wait(), 2, "arith-client: "+tt.want+" (-h helps)")
		})
	}
}

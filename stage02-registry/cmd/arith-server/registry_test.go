package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/cmdtest"
	"example.com/workshop/stage02-registry/registry"
)

// serveRegistry serves a registry on a free port until the test ends.
func serveRegistry(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, h) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return "http://" + l.Addr().String()
}

// watched is a registry that tells the test of every change, before it makes
// it, and waits until the test has looked.
type watched struct {
	store   *registry.Store
	url     string
	changes chan change
}

type change struct {
	path string
	goOn func()
}

func watchRegistry(t *testing.T) *watched {
	t.Helper()
	w := &watched{store: newStore(), changes: make(chan change)}
	h := registry.Handler(w.store)
	w.url = serveRegistry(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		seen := make(chan struct{})
		select {
		case w.changes <- change{r.URL.Path, func() { close(seen) }}:
			<-seen
		case <-t.Context().Done():
		}
		h.ServeHTTP(rw, r)
	}))
	return w
}

// next waits for the next change of this kind. Others go on.
func (w *watched) next(t *testing.T, path string) change {
	t.Helper()
	for timeout := time.After(10 * time.Second); ; {
		select {
		case c := <-w.changes:
			if c.path == path {
				return c
			}
			c.goOn()
		case <-timeout:
			require.FailNow(t, "the registry was never asked for "+path)
		}
	}
}

// requireServes makes a good call on a connection of its own.
func requireServes(t *testing.T, addr string) {
	t.Helper()
	c, err := dialTCP(addr)
	require.NoError(t, err)
	defer c.Close()
	requireProduct(t, c)
}

func TestTheServerListensBeforeItIsListed(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", r.url)
	registration := r.next(t, "/register")
	addr := p.Addr()
	requireServes(t, addr)
	require.Empty(t, r.store.Services())
	registration.goOn()
	p.Said("registered")
	require.Equal(t, addr, r.store.Instances("Arith")[0].Addr)
}

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

func TestTheServerServesWhileTheRegistryIsDown(t *testing.T) {
	t.Parallel()
	s := newStore()
	h := registry.Handler(s)
	up := make(chan struct{})
	url := serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-up:
			h.ServeHTTP(w, r)
		default:
			panic(http.ErrAbortHandler)
		}
	}))
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url)
	addr := p.Addr()
	require.Contains(t, p.Said("trying again until it works"), url)
	requireServes(t, addr)
	close(up)
	p.Said("the registry accepts it now")
	p.Said("registered")
	require.Equal(t, addr, s.Instances("Arith")[0].Addr)
}

func TestARegistryThatRefusesTheServerEndsIt(t *testing.T) {
	t.Parallel()
	url := serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"too old","field":"version"}`))
	}))
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url)
	p.Addr()
	cmdtest.RequireOneLine(t, p.Wait(), 1, "arith-server: registry "+url+": version: too old")
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
		{"-weight heavy", `invalid value "heavy" for flag -weight: parse error`},
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

//go:build unix

package main

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestTheServerIsTakenOffTheListBeforeItDrains(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	p := start(t, "-listen", "127.0.0.1:0", "-registry", r.url)
	r.next(t, "/register").goOn()
	addr := p.addr()
	p.said("registered")

	p.signal(syscall.SIGTERM)
	deregistration := r.next(t, "/deregister")
	requireServes(t, addr) // to whoever has found it on the list just now
	deregistration.goOn()
	require.Equal(t, outcome{code: 0}, p.wait())
	require.Empty(t, r.store.Services())
	_, err := dialTCP(addr)
	require.Error(t, err)
}

func TestASignalEndsTheServerThatIsStillTryingToRegister(t *testing.T) {
	t.Parallel()
	p := start(t, "-listen", "127.0.0.1:0", "-registry", serveRegistry(t, http.NotFoundHandler()))
	p.said("trying again until it works")
	p.signal(syscall.SIGTERM)
	require.Zero(t, p.wait().code)
}

func TestAServerThatCannotDeregisterSaysSoAndExitsWith0(t *testing.T) {
	t.Parallel()
	h := registry.Handler(newStore())
	p := start(t, "-listen", "127.0.0.1:0", "-registry", serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/deregister" {
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(w, r)
	})))
	p.said("registered")
	p.signal(syscall.SIGTERM)
	got := p.wait()
	require.Zero(t, got.code)
	require.Contains(t, got.stderr, "not deregistered")
}

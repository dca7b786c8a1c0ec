//go:build unix

package main

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
	"example.com/workshop/stage04-balancing/registry"
)

func TestASignalEndsTheServerThatIsStillTryingToRegister(t *testing.T) {
	t.Parallel()
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", serveRegistry(t, http.NotFoundHandler()))
	p.Said("trying again until it works")
	p.Signal(syscall.SIGTERM)
	require.Zero(t, p.Wait().Code, "a signal is no failure, before the registration neither")
}

func TestAServerThatCannotDeregisterSaysSoAndExitsWith0(t *testing.T) {
	t.Parallel()
	h := registry.Handler(newStore())
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", serveRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/deregister" {
			panic(http.ErrAbortHandler)
		}
		h.ServeHTTP(w, r)
	})))
	p.Said("registered")
	p.Signal(syscall.SIGTERM)
	got := p.Wait()
	require.Zero(t, got.Code)
	require.Contains(t, got.Stderr, "not deregistered err=")
}

//go:build unix

package main

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/cmdtest"
)

func TestTheServerIsTakenOffTheListBeforeItDrains(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", r.url)
	r.next(t, "/register").goOn()
	addr := p.Addr()
	p.Said("registered")

	p.Signal(syscall.SIGTERM)
	deregistration := r.next(t, "/deregister")
	requireServes(t, addr) // to whoever has found it on the list just now
	deregistration.goOn()
	require.Equal(t, cmdtest.Outcome{Code: 0}, p.Wait())
	require.Empty(t, r.store.Services())
	_, err := dialTCP(addr)
	require.Error(t, err)
}

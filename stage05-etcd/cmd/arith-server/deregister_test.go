//go:build unix

package main

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestTheServerIsTakenOffTheListBeforeItDrains(t *testing.T) {
	t.Parallel()
	r := watchRegistry(t)
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", r.url)
	r.next(t, "/register").goOn()
	addr := p.Addr()
	p.Said("registered")

	p.Signal(syscall.SIGTERM)
	r.next(t, "/register").goOn()
	deregistration := r.next(t, "/deregister")
	require.Zero(t, r.store.Instances("Arith")[0].Weight, "it must ask for no more calls before it leaves: see stage 04")
	requireServes(t, addr) // to whoever has found it on the list just now
	deregistration.goOn()
	require.Equal(t, cmdtest.Outcome{Code: 0}, p.Wait())
	require.Empty(t, r.store.Services())
	_, err := dialTCP(addr)
	require.Error(t, err)
}

package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

func TestAnIDThatIsTakenIsSaidOnceAndTheFirstServerStays(t *testing.T) {
	t.Parallel()
	url, client := serveEtcd(t, mtls.Files{})
	first := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url, "-id", "a")
	addr := first.Addr()
	first.Said("registered")
	second := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url, "-id", "a")
	second.Addr()
	require.Contains(t, second.Said("trying again until it works"), "a of Arith is "+addr)
	require.Equal(t, addr, entries(t, client, "Arith")["/services/Arith/-/a"].Addr)
	require.NoError(t, second.Cmd.Process.Kill())
	require.Empty(t, second.Wait().Stderr, "one line was enough")
	require.Equal(t, addr, entries(t, client, "Arith")["/services/Arith/-/a"].Addr)
	requireServes(t, addr)
}

func TestAServerWaitsForAnEtcdThatIsAway(t *testing.T) {
	t.Parallel()
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", "etcd://127.0.0.1:1", "-ttl", "1s")
	requireServes(t, p.Addr())
	require.Contains(t, p.Said("trying again until it works"), "etcd 127.0.0.1:1: dial tcp 127.0.0.1:1: ")
}

package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

// serveEtcd serves an etcd on a free port until the test ends.
func serveEtcd(t *testing.T, files mtls.Files) (url string, client *clientv3.Client) {
	t.Helper()
	addr := etcdtest.Start(t, files).Addr()
	return "etcd://" + addr, etcdtest.Client(t, files, addr)
}

// entries returns what etcd holds under the service, by key.
func entries(t *testing.T, client *clientv3.Client, service string) map[string]registry.Instance {
	t.Helper()
	resp, err := client.Get(t.Context(), "/services/"+service+"/", clientv3.WithPrefix())
	require.NoError(t, err)
	found := map[string]registry.Instance{}
	for _, kv := range resp.Kvs {
		require.NotZero(t, kv.Lease, "%s would stay for ever", kv.Key)
		var in registry.Instance
		require.NoError(t, json.Unmarshal(kv.Value, &in))
		found[string(kv.Key)] = in
	}
	return found
}

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

func TestAnEtcdThatRefusesThePasswordIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	url, client := serveEtcd(t, mtls.Files{})
	etcdtest.EnableAuth(t, client, "right")
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url, "-user", "root:wrong")
	cmdtest.RequireOneLine(t, p.Wait(), 1, "arith-server: etcd "+url[len("etcd://"):]+
		": etcdserver: authentication failed, invalid user ID or password")
	p = cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", url, "-user", "root:right")
	p.Said("registered")
}

func TestAServerWaitsForAnEtcdThatIsAway(t *testing.T) {
	t.Parallel()
	p := cmdtest.Start(t, "-listen", "127.0.0.1:0", "-registry", "etcd://127.0.0.1:1", "-ttl", "1s")
	requireServes(t, p.Addr())
	require.Contains(t, p.Said("trying again until it works"), "etcd 127.0.0.1:1: dial tcp 127.0.0.1:1: ")
}

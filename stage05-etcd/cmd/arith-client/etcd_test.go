package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
	"example.com/workshop/stage05-etcd/registry"
)

func TestAServiceIsLookedUpInEtcd(t *testing.T) {
	t.Parallel()
	addr := serveArith(t)
	url := serveEtcd(t, mtls.Files{}, registry.Instance{Service: "Arith", Addr: addr, Weight: 1})
	start := func(args ...string) *cmdtest.Process {
		return cmdtest.Start(t, append([]string{"-registry", url, "-timeout", "10s"}, args...)...)
	}
	require.Equal(t, cmdtest.Outcome{Stdout: "7 * 8 = 56\n"}, start("multiply", "7", "8").Wait())

	got := start("-rate", "50", "-for", "100ms", "-json").Wait()
	require.Zero(t, got.Code, got.Stderr)
	_, total := parseLoad(t, got.Stdout)
	require.Equal(t, map[string]int{addr: 5}, total.Servers)

	got = start("-service", "Slow", "multiply", "7", "8").Wait()
	cmdtest.RequireOneLine(t, got, 1, "arith-client: no instances of Slow")
}

func TestAnEtcdThatIsDownIsNamedAndExitsWith1(t *testing.T) {
	for name, args := range map[string][]string{"net/rpc": nil, "gRPC": {"-grpc", "-user", "ann:secret"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := nobody(t)
			got := cmdtest.Start(t, append(args, "-registry", "etcd://"+addr, "multiply", "7", "8")...).Wait()
			why, line, _ := strings.Cut(got.Stderr, "\n")
			require.Contains(t, why, "etcd "+addr+": "+refusal(t, addr))
			require.Regexp(t, "^arith-client: no answer within 1s: .*Arith.*: context deadline exceeded\n$", line)
			require.Equal(t, 1, got.Code)
			require.Empty(t, got.Stdout)
		})
	}
}

// serveEtcd serves an etcd on a free port until the test ends. It lists the
// instances.
func serveEtcd(t *testing.T, files mtls.Files, instances ...registry.Instance) (url string) {
	t.Helper()
	cfg, err := files.Client()
	require.NoError(t, err)
	url = etcd.Scheme + etcdtest.Start(t, files).Addr()
	r, err := etcd.Dial(url, etcd.Options{TLS: cfg})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	for _, in := range instances {
		_, err := r.Register(t.Context(), in)
		require.NoError(t, err)
	}
	return url
}

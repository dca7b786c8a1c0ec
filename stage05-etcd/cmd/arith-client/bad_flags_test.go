package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// TestABadFlagOfThisStageIsOneLineAndExitsWith2 before anybody is called.
func TestABadFlagOfThisStageIsOneLineAndExitsWith2(t *testing.T) {
	_, missing := os.Open("a.pem")
	for _, tt := range []struct{ args, want string }{
		{"-registry etcd:// multiply 7 8", `registry "etcd://": "" is not HOST:PORT`},
		{"-registry etcd:127.0.0.1:2379 multiply 7 8", `registry "etcd:127.0.0.1:2379": want etcd://HOST:PORT,HOST:PORT`},
		{"-registry etcd://a:1/b multiply 7 8", `registry "etcd://a:1/b": "a:1/b" is not HOST:PORT`},
		{"-registry etcd://a:1 -grpc -service a/b multiply 7 8", `-service: "a/b" has '/': only letters, digits and -_.:[]+ may stand here`},
		{"-registry etcd://a:1 -user ann multiply 7 8", "-user: want NAME:PASSWORD, or NAME with the password in ETCD_PASSWORD"},
		{"-user ann:secret multiply 7 8", "-user: only etcd has users"},
		{"-grpc -addr nowhere multiply 7 8", `-addr "nowhere" is not HOST:PORT`},
		{"-grpc=perhaps multiply 7 8", `invalid boolean value "perhaps" for -grpc: parse error`},
		{"-grpc broadcast 7 8 127.0.0.1:1", "broadcast goes over net/rpc: leave out -grpc"},
		{"-tls-cert a.pem multiply 7 8", "TLS takes all three of -tls-cert, -tls-key and -tls-ca"},
		{"-tls-cert a.pem broadcast 7 8 127.0.0.1:1", "TLS takes all three of -tls-cert, -tls-key and -tls-ca"},
		{"-tls-cert a.pem -rate 50", "TLS takes all three of -tls-cert, -tls-key and -tls-ca"},
		{"-tls-cert a.pem -tls-key b.pem -tls-ca c.pem multiply 7 8", "TLS certificate a.pem with key b.pem: " + missing.Error()},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireOneLine(t, cmdtest.Start(t, strings.Fields(tt.args)...).Wait(), 2, "arith-client: "+tt.want+" (-h helps)")
		})
	}
}

func TestAnEtcdThatRefusesThePasswordIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	url := serveEtcd(t, mtls.Files{})
	addr := strings.TrimPrefix(url, etcd.Scheme)
	etcdtest.EnableAuth(t, etcdtest.Client(t, mtls.Files{}, addr), "right")
	for _, args := range [][]string{nil, {"-grpc"}} {
		args = append(args, "-registry", url, "multiply", "7", "8")
		cmdtest.RequireOneLine(t, cmdtest.Start(t, append([]string{"-user", "root:wrong"}, args...)...).Wait(), 1,
			"arith-client: etcd "+addr+": etcdserver: authentication failed, invalid user ID or password")
		got := cmdtest.Start(t, append([]string{"-user", "root:right", "-timeout", "10s"}, args...)...).Wait()
		require.Equal(t, 1, got.Code)
		require.Contains(t, got.Stderr, "no instances", "the log-in was good")
		require.Equal(t, 1, strings.Count(got.Stderr, "\n"))
	}
}

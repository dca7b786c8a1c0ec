package main

import (
	"os"
	"strings"
	"testing"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// TestABadFlagOfThisStageIsOneLineAndExitsWith2 before anything listens.
func TestABadFlagOfThisStageIsOneLineAndExitsWith2(t *testing.T) {
	_, missing := os.Open("a.pem")
	const wantURL = ": want etcd://HOST:PORT,HOST:PORT"
	for _, tt := range []struct{ args, want string }{
		{"-registry etcd://", `registry "etcd://": "" is not HOST:PORT`},
		{"-registry etcd:127.0.0.1:2379", `registry "etcd:127.0.0.1:2379"` + wantURL},
		{"-registry etcd://127.0.0.1", `registry "etcd://127.0.0.1": "127.0.0.1" is not HOST:PORT`},
		{"-registry etcd://127.0.0.1:2379,", `registry "etcd://127.0.0.1:2379,": "" is not HOST:PORT`},
		{"-registry etcd://127.0.0.1:2379/services", `registry "etcd://127.0.0.1:2379/services": "127.0.0.1:2379/services" is not HOST:PORT`},
		{"-registry etcd://127.0.0.1:2379 -service a/b", `-service: "a/b" has '/': only letters, digits and -_.:[]+ may stand here`},
		{"-registry etcd://127.0.0.1:2379 -user ann", "-user: want NAME:PASSWORD, or NAME with the password in ETCD_PASSWORD"},
		{"-registry etcd://127.0.0.1:2379 -user ann:", "-user: want NAME:PASSWORD, or NAME with the password in ETCD_PASSWORD"},
		{"-registry etcd://127.0.0.1:2379 -user :secret", "-user: want NAME:PASSWORD, or NAME with the password in ETCD_PASSWORD"},
		{"-user ann:secret", "-user: only etcd has users"},
		{"-grpc everywhere", `-grpc "everywhere" is not HOST:PORT`},
		{"-grpc 127.0.0.1:99999", `-grpc "127.0.0.1:99999" is not HOST:PORT`},
		{"-grpc :50051", `-grpc ":50051" is every interface: -advertise HOST:PORT must say which host callers use`},
		{"-grpc [::]:50051", `-grpc "[::]:50051" is every interface: -advertise HOST:PORT must say which host callers use`},
		{"-tls-cert a.pem", "TLS takes all three of -tls-cert, -tls-key and -tls-ca"},
		{"-tls-key a.pem -tls-ca a.pem", "TLS takes all three of -tls-cert, -tls-key and -tls-ca"},
		{"-tls-cert a.pem -tls-key b.pem -tls-ca c.pem", "TLS certificate a.pem with key b.pem: " + missing.Error()},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			cmdtest.RequireOneLine(t, cmdtest.Start(t, strings.Fields(tt.args)...).Wait(), 2, "arith-server: "+tt.want+" (-h helps)")
		})
	}
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

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

func TestBadInputIsOneLineAndExitsWith2(t *testing.T) {
	_, missing := os.Open("a.pem")
	for _, tt := range []struct{ args, want string }{
		{"-colour red", "flag provided but not defined: -colour"},
		{"2379", `unexpected argument "2379"`},
		{"-listen nonsense", `-listen "nonsense" is not HOST:PORT`},
		{"-listen :2379", `-listen ":2379": the host must be an IP address of this machine, or localhost`},
		{"-listen-peer nonsense", `-listen-peer "nonsense" is not HOST:PORT`},
		{"-listen-peer server-1:2380", `-listen-peer "server-1:2380": the host must be an IP address of this machine, or localhost`},
		{"-nodes 0", "-nodes 0 is not between 1 and 9"},
		{"-nodes 10", "-nodes 10 is not between 1 and 9"},
		{"-nodes 3 -listen 127.0.0.1:65534", `-listen "127.0.0.1:65534" is not HOST:PORT with 3 ports from there on`},
		{"-nodes 3 -cluster n1=http://127.0.0.1:1", "-cluster is for nodes that are started one by one, without -nodes"},
		{"-cluster n2=http://127.0.0.1:1", `-cluster "n2=http://127.0.0.1:1" has no node "n1", which -name says that this is`},
		{"-name a=b", `-name "a=b": want a name without = and comma`},
		{"-name=", `-name "": want a name without = and comma`},
		{"-heartbeat-interval 0s", "-heartbeat-interval 0s is shorter than 1ms"},
		{"-election-timeout 499ms", "-election-timeout 499ms is not between 5 heartbeats of 100ms and 50s"},
		{"-election-timeout 51s", "-election-timeout 51s is not between 5 heartbeats of 100ms and 50s"},
		{"-cluster n1=https://127.0.0.1:1", `-cluster "n1=https://127.0.0.1:1": https:// takes -tls-cert, -tls-key and -tls-ca`},
		{"-cluster n1=http://127.0.0.1:1 -tls-cert a.pem -tls-key b.pem -tls-ca c.pem", `-cluster "n1=http://127.0.0.1:1": with TLS every node is https://HOST:PORT`},
		{"-tls-cert a.pem", "TLS takes all three of -tls-cert, -tls-key and -tls-ca"},
		{"-nodes 3 -tls-cert a.pem -tls-key b.pem -tls-ca c.pem", "TLS certificate a.pem with key b.pem: " + missing.Error()},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			got := launch(t, strings.Fields(tt.args)...).Wait()
			cmdtest.RequireOneLine(t, got, 2, "etcd: "+tt.want+" (-h helps)")
		})
	}
}

func TestDataOfOtherNodesExitsWith2(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "peers"), []byte("127.0.0.1:1\n127.0.0.1:2\n"), 0o600))
	got := launch(t, "-nodes", "3", "-data", dir).Wait()
	cmdtest.RequireOneLine(t, got, 2, "etcd: -data "+dir+" is of 2 nodes, not of 3 (-h helps)")
	got = launch(t, "-data", dir).Wait()
	cmdtest.RequireOneLine(t, got, 2, "etcd: -data "+dir+" is of several nodes: -nodes says how many (-h helps)")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "peers"), []byte("https://127.0.0.1:1\nhttps://127.0.0.1:2\n"), 0o600))
	got = launch(t, "-nodes", "2", "-data", dir).Wait()
	cmdtest.RequireOneLine(t, got, 2, "etcd: -data "+dir+" is of nodes that find one another at https://127.0.0.1:1, and not by http: start them as before, with the TLS flags or without (-h helps)")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "member"), 0o700))
	got = launch(t, "-nodes", "2", "-data", dir).Wait()
	cmdtest.RequireOneLine(t, got, 2, "etcd: -data "+dir+" is of 1 node, not of 2 (-h helps)")
}

func TestAPortInUseIsOneLineAndExitsWith1(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, inUse := net.Listen("tcp", l.Addr().String())
	p := launch(t, "-listen", l.Addr().String())
	cmdtest.RequireOneLine(t, p.Wait(), 1, "etcd: etcd n1: "+inUse.Error()+" (-listen HOST:PORT and -listen-peer HOST:PORT choose others)")
	p.requireNothingLeft()
}

func TestDataInUseIsOneLineThatSaysByWhomAndExitsWith1(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := launch(t, append(quick, "-data", dir)...)
	first.addrs()
	got := launch(t, append(quick, "-data", dir)...).Wait()
	cmdtest.RequireOneLine(t, got, 1, fmt.Sprintf(
		"etcd: etcd n1: data in %s is in use by process %d (-data DIR chooses another)", dir, first.Cmd.Process.Pid))
}

// Command certs makes the certificates for a workshop with TLS.
package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"example.com/workshop/stage05-etcd/internal/cli"
	"example.com/workshop/stage05-etcd/internal/devca"
	"example.com/workshop/stage05-etcd/mtls"
)

const usage = `certs makes a CA, signs a server's and a client's certificate with it, and forgets its key.

  certs -dir .certs
  arith-server -registry "" -tls-cert .certs/server.pem -tls-key .certs/server-key.pem -tls-ca .certs/ca.pem
  arith-client -addr 127.0.0.1:1234 -tls-cert .certs/client.pem -tls-key .certs/client-key.pem -tls-ca .certs/ca.pem multiply 7 8

Run it again for new ones, and then start everything again: those of different runs do not
accept one another.`

func main() { cli.Main("certs", run) }

func run(_ context.Context, args []string) error {
	flags := cli.Flags("certs")
	dir := flags.String("dir", ".certs", "`DIR` to write to")
	hosts := flags.String("hosts", "127.0.0.1,::1,localhost", "`NAME,NAME` or address at which callers reach the servers, and no ports")
	valid := flags.Duration("valid", 24*time.Hour, "for how long, 24h at most")
	if err := cli.Parse(flags, usage, args, 0); err != nil {
		return err
	}
	if *dir == "" {
		return cli.Usagef("-dir is empty")
	}
	if *valid <= 0 || *valid > 24*time.Hour {
		return cli.Usagef("-valid %v is not between 0 and 24h", *valid)
	}
	names := strings.Split(*hosts, ",")
	for _, name := range names {
		if net.ParseIP(name) == nil && (name == "" || strings.ContainsAny(name, " /:[]")) {
			return cli.Usagef("-hosts %q: %q is neither an address nor a name", *hosts, name)
		}
	}
	ca, err := devca.New(devca.Options{Valid: *valid})
	if err != nil {
		return err
	}
	server, err := ca.Write(*dir, "server", names...)
	if err != nil {
		return err
	}
	client, err := ca.Write(*dir, "client")
	if err != nil {
		return err
	}
	for _, f := range []mtls.Files{server, client} {
		if _, err := fmt.Printf("-tls-cert %s -tls-key %s -tls-ca %s\n", f.Cert, f.Key, f.CA); err != nil {
			return err
		}
	}
	return nil
}

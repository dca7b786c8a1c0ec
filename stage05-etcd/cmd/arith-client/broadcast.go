package main

import (
	"context"
	"fmt"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/cli"
)

// broadcast multiplies on every host and prints one line for each.
func (c config) broadcast(ctx context.Context, rest []string) error {
	if c.target.grpc {
		return cli.Usagef("broadcast goes over net/rpc: leave out -grpc")
	}
	if len(rest) < 3 {
		return cli.Usagef("broadcast takes two numbers and one HOST:PORT or more")
	}
	args, err := parseArgs(rest[0], rest[1])
	if err != nil {
		return err
	}
	secure, err := c.target.tls.Client()
	if err != nil {
		return cli.Usagef("%v", err)
	}
	hosts := rest[2:]
	for _, host := range hosts {
		if err := cli.CheckAddr("host", host); err != nil {
			return cli.Usagef("%q is not HOST:PORT", host)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	missing := 0
	for _, r := range client.Broadcast[int](ctx, c.target.transport, hosts, "Arith.Multiply", args, options(secure)) {
		text := fmt.Sprintf("%d * %d = %d", args.A, args.B, r.Reply)
		if r.Err != nil {
			missing++
			text = cli.Printable(r.Err.Error())
		}
		if _, err := fmt.Printf("%s %s: %s\n", r.Addr, r.Outcome, text); err != nil {
			return err
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d hosts did not acknowledge", missing, len(hosts))
	}
	return nil
}

// Command registry keeps the list of instances and offers it over HTTP.
package main

import (
	"context"
	"time"

	"example.com/workshop/stage04-balancing/internal/cli"
	"example.com/workshop/stage04-balancing/registry"
)

const usage = `registry keeps the list of the instances of each service, in memory.

  registry
  curl -d name=Arith -d addr=127.0.0.1:1234 localhost:8500/register
  curl localhost:8500/services/Arith
  registry -ttl 60s -sweep 30s        the intervals of the usual tutorials`

func main() { cli.Main("registry", run) }

func run(ctx context.Context, args []string) error {
	flags := cli.Flags("registry")
	listen := flags.String("listen", "127.0.0.1:8500", "`HOST:PORT` to listen on")
	ttl := flags.Duration("ttl", 15*time.Second, "the longest lease that is granted, 1s or more")
	sweep := flags.Duration("sweep", time.Second, "time between two looks for leases that ran out")
	if err := cli.Parse(flags, usage, args, 0); err != nil {
		return err
	}
	if *ttl < registry.MinTTL {
		return cli.Usagef("-ttl %v is shorter than %v", *ttl, registry.MinTTL)
	}
	if *ttl > registry.MaxTTL {
		return cli.Usagef("-ttl %v is longer than %v", *ttl, registry.MaxTTL)
	}
	if *sweep <= 0 {
		return cli.Usagef("-sweep %v is not above zero", *sweep)
	}
	l, err := cli.Listen("listen", *listen)
	if err != nil {
		return err
	}
	store := registry.NewStore(registry.Options{TTL: *ttl, Sweep: *sweep})
	go store.Run(ctx)
	return registry.Serve(ctx, l, registry.Handler(store))
}

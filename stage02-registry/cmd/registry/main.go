// Command registry keeps the list of instances and offers it over HTTP.
package main

import (
	"context"

	"example.com/workshop/stage02-registry/internal/cli"
	"example.com/workshop/stage02-registry/registry"
)

const usage = `registry keeps the list of the instances of each service, in memory.

  registry
  curl -d name=Arith -d addr=127.0.0.1:1234 localhost:8500/register
  curl localhost:8500/services/Arith`

func main() { cli.Main("registry", run) }

func run(ctx context.Context, args []string) error {
	flags := cli.Flags("registry")
	listen := flags.String("listen", "127.0.0.1:8500", "`HOST:PORT` to listen on")
	if err := cli.Parse(flags, usage, args, 0); err != nil {
		return err
	}
	l, err := cli.Listen("listen", *listen)
	if err != nil {
		return err
	}
	store := registry.NewStore(registry.Options{})
	return registry.Serve(ctx, l, registry.Handler(store))
}

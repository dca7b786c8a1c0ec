// Command arith-client calls Arith: once, on many hosts at once, or steadily.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"example.com/workshop/stage04-balancing/internal/cli"
)

const usage = `arith-client calls Arith.

  arith-client multiply 7 8           also sum and divide
  arith-client -addr 127.0.0.1:1234 multiply 7 8
  arith-client broadcast 7 8 HOST:PORT HOST:PORT
  arith-client -rate 200 -for 10s     a steady load; -json for programs`

func main() { cli.Main("arith-client", run) }

// config holds the values of the flags.
type config struct {
	target  target
	timeout time.Duration
	load    loadConfig
	stats   statsConfig
}

func run(ctx context.Context, args []string) error {
	var c config
	flags := cli.Flags("arith-client")
	c.target.flags(flags)
	c.load.flags(flags)
	c.stats.flags(flags)
	flags.DurationVar(&c.timeout, "timeout", time.Second, "for a call, all that it takes included")
	if err := cli.Parse(flags, usage, args, len(args)); err != nil {
		return err
	}
	if c.timeout <= 0 {
		return cli.Usagef("-timeout %v is not above zero", c.timeout)
	}
	switch c.target.transport {
	case "tcp", "http", "jsonrpc":
	default:
		return cli.Usagef("-transport %q: want tcp, http or jsonrpc", c.target.transport)
	}
	if err := c.stats.check(c.target.addr != ""); err != nil {
		return err
	}
	return c.run(ctx, flags)
}

func (c config) run(ctx context.Context, flags *flag.FlagSet) error {
	steady := c.load.wanted(flags)
	var op operation
	var err error
	switch {
	case steady:
		err = c.load.check(flags)
	case flags.Arg(0) == "broadcast":
		return c.broadcast(ctx, flags.Args()[1:])
	default:
		op, err = parseOperation(flags.Args())
	}
	if err != nil {
		return err
	}
	caller, err := c.target.open(ctx, c.timeout)
	if err != nil {
		return err
	}
	defer caller.Close()
	defer c.stats.report(caller)()
	if steady {
		return c.steady(ctx, caller)
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	text, err := op.call(ctx, caller)
	if err != nil {
		return plain(err, c.timeout)
	}
	_, err = fmt.Println(text)
	return err
}

// plain puts "no answer" before Go's "context deadline exceeded".
func plain(err error, timeout time.Duration) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v: %w", timeout, err)
	}
	return err
}

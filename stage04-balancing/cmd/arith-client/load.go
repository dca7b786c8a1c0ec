package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/cli"
	"example.com/workshop/stage04-balancing/load"
)

// loadConfig is the part of the flags that asks for a load.
type loadConfig struct {
	load.Options
	json bool
}

func (c *loadConfig) flags(flags *flag.FlagSet) {
	flags.IntVar(&c.Rate, "rate", 200, "make a steady load of this many calls per second")
	flags.DurationVar(&c.For, "for", 10*time.Second, "for how long")
	flags.BoolVar(&c.json, "json", false, "report the load as one JSON object per second")
	flags.DurationVar(&c.Every, "every", time.Second, "report the load this often, not every second")
}

// wanted reports whether any of the load's flags was given.
func (c *loadConfig) wanted(flags *flag.FlagSet) (wanted bool) {
	flags.Visit(func(f *flag.Flag) {
		wanted = wanted || f.Name == "rate" || f.Name == "for" || f.Name == "json" || f.Name == "every"
	})
	return wanted
}

// check returns an error if a flag of the load is wrong, before anything is dialled.
func (c *loadConfig) check(flags *flag.FlagSet) error {
	switch {
	case flags.NArg() > 0:
		return cli.Usagef("a load takes no operation, not even %q: it multiplies", flags.Arg(0))
	case c.Rate <= 0 || c.Rate > 1_000_000:
		return cli.Usagef("-rate %d is not between 1 and 1000000", c.Rate)
	case c.For <= 0 || c.For > 24*time.Hour:
		return cli.Usagef("-for %v is not between 0 and 24h", c.For)
	case c.Every < time.Millisecond || c.Every > time.Hour:
		return cli.Usagef("-every %v is not between 1ms and 1h", c.Every)
	}
	return nil
}

// steady puts the load on the service and prints the reports. It ends when one of them
// cannot be written.
func (c config) steady(ctx context.Context, to caller) error {
	multiply := func(ctx context.Context) load.Result {
		ctx, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		var product int
		call := <-to.Go(ctx, "Arith.Multiply", arith.Args{A: 7, B: 8}, &product).Done
		if call.Err == nil && product != 7*8 {
			call.Err = fmt.Errorf("%s says that 7 * 8 = %d", call.Addr, product)
		}
		return load.Result{Server: call.Addr, Retries: call.Retries, Err: call.Err, Kind: kind(call.Err)}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	load.Run(ctx, c.load.Options, multiply, func(r load.Report) {
		var err error
		if c.load.json {
			err = json.NewEncoder(os.Stdout).Encode(r)
		} else {
			_, err = fmt.Println(r)
		}
		if err != nil {
			failed = err
			stop()
		}
	})
	if named, ok := to.(*client.Client); ok && c.load.json {
		json.NewEncoder(os.Stderr).Encode(map[string]client.Stats{"stats": named.Stats()})
	}
	return failed
}

// kind names an error that only a call by name can have. For others it returns "".
func kind(err error) string {
	if errors.Is(err, client.ErrNoInstances) {
		return "no_instances"
	}
	return ""
}

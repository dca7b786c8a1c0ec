package main

import (
	"encoding/json"
	"flag"
	"os"
	"sync"
	"time"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/cli"
)

// statsConfig is the part of the flags that asks for the client's view.
type statsConfig struct {
	every time.Duration // 0 for never
}

func (c *statsConfig) flags(flags *flag.FlagSet) {
	flags.DurationVar(&c.every, "stats", 0, "write how the client sees its servers to standard error this often, as one JSON object a line")
}

// check returns an error if the flag is wrong. Nothing has been dialled by then. direct
// says that the client is given an address, or that gRPC chooses for it.
func (c *statsConfig) check(direct bool) error {
	switch {
	case c.every < 0:
		return cli.Usagef("-stats %v is below zero", c.every)
	case c.every > 0 && direct:
		return cli.Usagef("-stats is for a client that looks its servers up and chooses among them")
	}
	return nil
}

// report writes the view of a client at once and then regularly, until stop is called.
// stop waits until the view has been written once more.
func (c *statsConfig) report(to caller) (stop func()) {
	named, ok := to.(*client.Client)
	if c.every == 0 || !ok {
		return func() {}
	}
	out, stopping := json.NewEncoder(os.Stderr), make(chan struct{})
	var reporting sync.WaitGroup
	reporting.Go(func() {
		ticker := time.NewTicker(c.every)
		defer ticker.Stop()
		for {
			out.Encode(named.Stats())
			select {
			case <-ticker.C:
			case <-stopping:
				out.Encode(named.Stats())
				return
			}
		}
	})
	return func() {
		close(stopping)
		reporting.Wait()
	}
}

package cluster

import (
	"errors"
	"fmt"
	"os"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
)

// Client is a load in progress.
type Client struct {
	Process *proc.Process
	Report  *os.File // its output, for measure.Read; whoever reads it closes it
}

// Load starts a client that makes calls at a steady rate, to the service by
// name where there is a registry, and to the first server otherwise.
func (c *Cluster) Load(load measure.Load) (*Client, error) {
	args := []string{"-json", "-rate", fmt.Sprint(load.Rate), "-for", load.For.String()}
	if c.opts.Stage.Offers.Registry {
		args = append(args, "-registry", c.RegistryURL())
	} else {
		args = append(args, "-addr", c.servers[0].Addr)
	}
	if c.opts.GRPC {
		args = append(args, "-grpc")
	}
	report, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer out.Close() // the process has its own copy
	command := c.command("arith-client", args)
	command.Stdout = out
	process, err := c.group.Start(command)
	if err != nil {
		return nil, errors.Join(err, report.Close())
	}
	return &Client{Process: process, Report: report}, nil
}

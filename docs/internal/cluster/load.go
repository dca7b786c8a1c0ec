package cluster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
)

// Client is a load in progress.
type Client struct {
	Process *proc.Process
	Report  *os.File // its output, for measure.Read; the reader closes it
}

// Load starts a client that makes calls at a steady rate, to the service by
// name where there is a registry, and to the first server otherwise.
func (c *Cluster) Load(load measure.Load) (*Client, error) { return c.Client(load, nil) }

// Client is Load with these flags on top, and with a writer for what the client
// says on standard error; nil for none.
func (c *Cluster) Client(load measure.Load, stderr io.Writer, flags ...string) (*Client, error) {
	args := slices.Concat([]string{"-json", "-rate", fmt.Sprint(load.Rate), "-for", load.For.String()}, flags)
	if load.Wait > 0 {
		args = append(args, "-timeout", load.Wait.String())
	}
	if load.Second > 0 {
		args = append(args, "-every", load.Second.String())
	}
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
	command.Stdout, command.Stderr = out, stderr
	process, err := c.group.Start(command)
	if err != nil {
		return nil, errors.Join(err, report.Close())
	}
	return &Client{Process: process, Report: report}, nil
}

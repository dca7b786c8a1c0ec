// Package doctor looks at a machine and says what it lacks for the workshop, and what to
// do about it.
//
// The one rule: it only looks. It downloads nothing and changes nothing, so it works
// without a network, which is when the answer is needed. Only Fill changes something,
// when it is called.
package doctor

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os/exec"
	"slices"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
)

// Machine is what the checks look at.
type Machine struct {
	Root   string         // the repository
	Stages []stages.Stage // whose modules must stand alone
	// Run runs a command in a folder, with NAME=value pairs on top of the
	// environment, and returns what it prints. Its error is one line.
	Run command
	// Long is Run for a command that downloads or compiles.
	Long command
	// Listen tries a port; it is net.Listen.
	Listen func(network, addr string) (net.Listener, error)
	// Temp returns an error if no folder for temporary files can be made.
	Temp func() error
	// Free returns how many bytes are free where a folder is, or will be.
	Free func(dir string) (uint64, error)
}

// This is the machine that the program runs on.
func This(root string, all []stages.Stage) Machine {
	return Machine{Root: root, Stages: all, Run: run(checkDeadline), Long: inScratch(run(fillDeadline)), Listen: net.Listen, Temp: temp, Free: free}
}

// Finding is what one check found.
type Finding struct {
	State State
	What  string // in one line
	Do    string // what to do about it; empty if there is nothing to do
	Run   string // a command that does it; empty if there is none
}

// State is how bad a finding is.
type State int

// The states of a finding.
const (
	Good    State = iota
	Worse         // the workshop runs, but not as well, or not as documented
	Missing       // the workshop does not run
)

// Check is one thing to look at. It returns when ctx ends.
type Check func(ctx context.Context) []Finding

// Checks are all there are, in the order in which they make sense.
func (m Machine) Checks() []Check {
	return []Check{m.golang, m.git, m.ports, m.modules, m.compiled, m.disk}
}

// How long a command of a check may take, and one that fills a cache.
const (
	checkDeadline = time.Minute
	fillDeadline  = 30 * time.Minute
)

// command runs a command, as Machine.Run does.
type command func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error)

// run returns what runs a command, for as long as deadline.
func run(deadline time.Duration) command {
	return func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		var out, errs bytes.Buffer
		err := proc.Run(ctx, proc.Command{Name: name, Path: name, Args: args, Dir: dir, Env: env, Stdout: &out, Stderr: &errs})
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if _, ok := errors.AsType[*exec.ExitError](err); ok {
			return "", errors.New(complaint(errs.Bytes()))
		}
		return out.String(), err
	}
}

// inScratch makes the go command put its temporary files where the next start finds them
// if it is killed.
func inScratch(run command) command {
	return func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
		folder, err := scratch.New("fill")
		if err != nil {
			return "", err
		}
		out, err := run(ctx, dir, append(slices.Clone(env), "GOTMPDIR="+folder.Path), name, args...)
		return out, errors.Join(err, folder.Remove())
	}
}

// temp makes a folder for temporary files as the workshop's commands do, and removes it.
func temp() error {
	folder, err := scratch.New("doctor")
	if err != nil {
		return err
	}
	return folder.Remove()
}

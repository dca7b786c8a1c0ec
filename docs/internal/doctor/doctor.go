// Package doctor looks at a machine and says what it lacks for the workshop,
// and what to do about it.
//
// The one rule: it only looks. It downloads nothing and changes nothing, so it
// answers without a network, which is where the answer is needed. Fill alone does
// something, when it is asked to.
package doctor

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// Machine is what the checks look at.
type Machine struct {
	Root   string         // the repository
	Stages []stages.Stage // whose modules must stand alone
	// Run runs a command in a folder, with NAME=value pairs on top of the
	// environment, and returns what it prints. Its error is one line.
	Run func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error)
	// Long is Run for a command that downloads or compiles.
	Long func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error)
	// Listen tries a port; it is net.Listen.
	Listen func(network, addr string) (net.Listener, error)
	// Free returns how many bytes are free where a folder is, or will be.
	Free func(dir string) (uint64, error)
}

// This is the machine that the program runs on.
func This(root string, all []stages.Stage) Machine {
	return Machine{Root: root, Stages: all, Run: run(checkDeadline), Long: run(fillDeadline), Listen: net.Listen, Free: free}
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

// run returns what runs a command, for as long as deadline.
func run(deadline time.Duration) func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	return func(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), env...)
		cmd.WaitDelay = time.Second
		out, err := cmd.Output()
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			return "", errors.New(complaint(failed.Stderr))
		}
		return string(out), err
	}
}

package proc

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// ErrClosed is returned by Start and Listen on a group that has been closed.
var ErrClosed = errors.New("the process group is closed")

// Command is what to run.
type Command struct {
	Name   string    // what messages call it
	Path   string    // the executable
	Args   []string  // without the command's own name
	Dir    string    // the working directory; empty means the parent's
	Env    []string  // NAME=value pairs on top of the parent's environment
	Stdin  *os.File  // what it reads; nil is an empty input
	Stdout io.Writer // where standard output goes; nil discards it. A *os.File is handed to the process itself
	Stderr io.Writer // where standard error goes; its last lines are kept for messages too, unless it is Stdout
	Serves bool      // others of its group need it to stop in order, so Close stops it after them
}

// StopGrace is how long the processes of a stage may take to stop before they
// are killed.
const StopGrace = 3 * time.Second

// Group owns processes. The zero value is not usable; make one with NewGroup.
type Group struct {
	grace time.Duration

	mu      sync.Mutex // guards the fields below
	members []*Process
	closed  bool
}

// NewGroup makes a group whose Close waits for grace before it kills.
func NewGroup(grace time.Duration) *Group { return &Group{grace: grace} }

// Start runs a command. The process ends on its own or with the group, not with
// a context.
func (g *Group) Start(c Command) (*Process, error) {
	stderr := newTail(20)
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, c.Stdout, stderr
	if c.Stderr != nil {
		if cmd.Stderr = c.Stderr; c.Stderr != c.Stdout { // one writer is written to by one goroutine
			cmd.Stderr = io.MultiWriter(stderr, c.Stderr)
		}
	}
	if c.Stdin != nil {
		cmd.Stdin = c.Stdin
	}
	cmd.Env = append(cmd.Environ(), c.Env...)
	p, err := start(cmd, c.Name, stderr)
	if err != nil {
		return nil, err
	}
	p.serves = c.Serves
	if !g.add(p) {
		return nil, errors.Join(ErrClosed, p.finish(g.grace))
	}
	return p, nil
}

func (g *Group) add(p *Process) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.members = append(g.members, p)
	return true
}

// Close stops every process of the group and returns when all are gone: first, at the
// same time, those that serve no other, and then the rest. Either takes at most the grace
// period and the moment that killing needs. Calling it again does nothing.
func (g *Group) Close() error {
	g.mu.Lock()
	members := g.members
	g.members, g.closed = nil, true
	g.mu.Unlock()

	for _, p := range members {
		_ = p.Thaw() // the others wait for what is frozen and serves them
	}
	errs := make([]error, len(members))
	for _, serves := range []bool{false, true} {
		var wg sync.WaitGroup
		for i, p := range members {
			if p.serves == serves {
				wg.Go(func() { errs[i] = p.finish(g.grace) })
			}
		}
		wg.Wait()
	}
	return errors.Join(errs...)
}

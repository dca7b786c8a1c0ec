package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// stopTime is how long a node may take to stop before it is killed.
const stopTime = 5 * time.Second

// process is one node that runs in a process of its own. It stops when its standard input
// ends, so it never outlives this process.
type process struct {
	name  string
	cmd   *exec.Cmd
	stdin io.Closer
	addr  chan string   // receives the address once the node is ready; closed when its output ends
	ended chan struct{} // closed after err and taken are set

	listens string // the address, once it has been read from addr
	taken   string // why the node has not started, if one of its ports was in use
	err     error
}

// start starts this command again with other arguments.
func start(name string, args []string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{name: name, cmd: exec.Command(self, args...), addr: make(chan string, 1), ended: make(chan struct{})}
	p.cmd.Stderr = os.Stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if addr, ok := strings.CutPrefix(lines.Text(), "listening "); ok {
				p.addr <- addr
			}
			if why, ok := strings.CutPrefix(lines.Text(), taken); ok {
				p.taken = why
			}
		}
		close(p.addr)
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// ready waits until the node is ready, and records its address. It returns nil if ctx
// ends.
func (p *process) ready(ctx context.Context) error {
	select {
	case addr, ok := <-p.addr:
		if !ok {
			<-p.ended
			if p.taken != "" {
				return &takenError{p.name, p.taken}
			}
			return fmt.Errorf("node %s has not started: %v", p.name, p.err)
		}
		p.listens = addr
	case <-ctx.Done():
	}
	return nil
}

// stopAll stops the nodes, and returns when no process is left.
func stopAll(nodes []*process) {
	for _, p := range nodes {
		p.stdin.Close()
	}
	late := time.After(stopTime)
	for _, p := range nodes {
		select {
		case <-p.ended:
		case <-late:
			p.cmd.Process.Kill()
			<-p.ended
			late = time.After(0)
		}
	}
}

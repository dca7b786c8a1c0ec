package proc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// Listen starts a command that opens a listener, and waits for its first line
// of output, "listening HOST:PORT" or "listening HOST:PORT,HOST:PORT". It
// returns the addresses. When the process ends first, says something else, or
// ctx ends, the process is stopped and the error tells what it said.
func (g *Group) Listen(ctx context.Context, c Command) (*Process, []string, error) {
	first := &firstLine{line: make(chan string, 1), rest: c.Stdout}
	c.Stdout = first
	p, err := g.Start(c)
	if err != nil {
		return nil, nil, err
	}
	addrs, err := awaitListening(ctx, p, first.line)
	if err != nil {
		return nil, nil, errors.Join(err, p.finish(g.grace))
	}
	return p, addrs, nil
}

func awaitListening(ctx context.Context, p *Process, line <-chan string) ([]string, error) {
	select {
	case said := <-line:
		return parseListening(p.name, said)
	case <-p.Done():
	case <-ctx.Done():
		return nil, fmt.Errorf("%s did not say that it listens: %w", p.name, p.explain(ctx.Err()))
	}
	select {
	case said := <-line: // it listened, and ended at once
		return parseListening(p.name, said)
	default:
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s ended without listening", p.name)
}

func parseListening(name, line string) ([]string, error) {
	list, ok := strings.CutPrefix(strings.TrimSpace(line), "listening ")
	if !ok {
		return nil, fmt.Errorf("%s: its first line is %q, not \"listening HOST:PORT\"", name, line)
	}
	addrs := strings.Split(list, ",")
	for _, addr := range addrs {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return nil, fmt.Errorf("%s: its first line is %q: %w", name, line, err)
		}
	}
	return addrs, nil
}

// firstLine is a writer that hands over the first line and passes the rest on.
type firstLine struct {
	line chan string // receives one line
	rest io.Writer   // nil discards
	part []byte
	seen bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	n := len(p)
	if !f.seen {
		f.part = append(f.part, p...)
		line, after, ended := bytes.Cut(f.part, []byte("\n"))
		if !ended && len(f.part) < maxLine {
			return n, nil
		}
		f.line <- string(line)
		f.seen, f.part, p = true, nil, after
	}
	if f.rest == nil || len(p) == 0 {
		return n, nil
	}
	if _, err := f.rest.Write(p); err != nil {
		return 0, err
	}
	return n, nil
}

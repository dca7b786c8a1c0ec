package scenario

import (
	"context"
	"fmt"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// Kill crashes a server.
func Kill(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).Kill, "server %s is killed (SIGKILL); it cannot say goodbye")
}

// Usurp starts another program on the port of a server that was killed.
func Usurp(target Target) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		s, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		text := fmt.Sprintf("another program takes the port of server %s; it offers no such service", s.Name)
		return measure.Mark{Kind: measure.Note, Server: s.Name, Addr: s.Addr, Text: text}, s.Usurp(ctx)
	}
}

// Freeze suspends a server: its connections stay open and nothing answers.
func Freeze(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).Freeze, "server %s is frozen (SIGSTOP); its connections stay open")
}

// Thaw lets a frozen server go on.
func Thaw(target Target) Action {
	return on(target, measure.Heal, (*cluster.Server).Thaw, "server %s goes on (SIGCONT)")
}

// Slow delays a server's answers by d. It needs a cluster with proxies, and so does
// CutOff.
func Slow(target Target, d time.Duration) Action {
	slow := func(s *cluster.Server) error { return s.Slow(d) }
	return on(target, measure.Fault, slow, fmt.Sprintf("server %%s gets slow; its answers take %v longer", d))
}

// CutOff cuts a server off from the registry, but not from its callers.
func CutOff(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).CutOff, "server %s does not reach the registry any more; its callers reach it")
}

// HalfOpen makes the open connections of a server's callers silent, and leaves the server
// as it is. It needs a cluster with proxies.
func HalfOpen(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).HalfOpen, "every connection to server %s is half open: nothing passes, and nobody is told")
}

// Heal ends what Slow or CutOff began.
func Heal(target Target) Action {
	return on(target, measure.Heal, (*cluster.Server).Heal, "server %s is as before")
}

// Terminate asks a server to stop.
func Terminate(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).Terminate, "server %s is asked to stop (SIGTERM)")
}

// Restart stops a server in order and starts it again on its address.
func Restart(target Target) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		s, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		text := fmt.Sprintf("server %s is stopped (SIGTERM) and started again", s.Name)
		return measure.Mark{Kind: measure.Fault, Server: s.Name, Addr: s.Addr, Text: text}, w.Cluster.Restart(ctx, s)
	}
}

// Panic calls a method of a server that panics.
func Panic(target Target) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		s, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		lives, err := s.Panic(ctx)
		text := fmt.Sprintf("a method of server %s panics, and the server ends", s.Name)
		if lives {
			text = fmt.Sprintf("a method of server %s panics, and the server goes on", s.Name)
		}
		return measure.Mark{Kind: measure.Fault, Server: s.Name, Addr: s.Addr, Text: text}, err
	}
}

// Move starts a server that has ended once more, under its name and on another
// port.
func Move(target Target) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		old, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		s, err := w.Cluster.Move(ctx, old)
		if err != nil {
			return measure.Mark{}, err
		}
		return measure.Mark{Kind: measure.Joined, Server: s.Name, Addr: s.Addr, Text: "server " + s.Name + " is back on another port"}, nil
	}
}

// Again starts a server that has ended once more, on its address.
func Again(target Target) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		s, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		mark := measure.Mark{Kind: measure.Heal, Server: s.Name, Addr: s.Addr, Text: "server " + s.Name + " starts again, on its address"}
		return mark, w.Cluster.Again(ctx, s)
	}
}

// Join starts one more server.
func Join() Action { return join(measure.Joined, "joins") }

// JoinSlow starts a server that takes delay for each call.
func JoinSlow(delay time.Duration) Action {
	return join(measure.Fault, fmt.Sprintf("joins; it takes %v for each call", delay), "-delay", delay.String())
}

func join(kind measure.Kind, text string, flags ...string) Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		s, err := w.Cluster.Join(ctx, flags...)
		if err != nil {
			return measure.Mark{}, err
		}
		return measure.Mark{Kind: kind, Server: s.Name, Addr: s.Addr, Text: "server " + s.Name + " " + text}, nil
	}
}

// on makes an action out of something to do to one server; the text names it.
func on(target Target, kind measure.Kind, do func(*cluster.Server) error, text string) Action {
	return func(_ context.Context, w *World) (measure.Mark, error) {
		s, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		return measure.Mark{Kind: kind, Server: s.Name, Addr: s.Addr, Text: fmt.Sprintf(text, s.Name)}, do(s)
	}
}

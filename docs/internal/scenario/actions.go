package scenario

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// Target chooses a server when its step comes.
type Target func(*World) (*cluster.Server, error)

// Busiest chooses the running server that answered the most calls so far.
func Busiest(w *World) (*cluster.Server, error) {
	var busiest *cluster.Server
	most := 0
	answered := w.Run.Answered()
	for _, s := range w.Cluster.Servers() {
		if s.State == cluster.Running && answered[s.Addr] > most {
			busiest, most = s, answered[s.Addr]
		}
	}
	if busiest == nil {
		return nil, errors.New("no running server has answered a call yet")
	}
	return busiest, nil
}

// Named chooses the server with that letter.
func Named(name string) Target {
	return func(w *World) (*cluster.Server, error) {
		for _, s := range w.Cluster.Servers() {
			if s.Name == name {
				return s, nil
			}
		}
		return nil, fmt.Errorf("there is no server %s", name)
	}
}

// Frozen chooses the server that is frozen.
func Frozen(w *World) (*cluster.Server, error) {
	for _, s := range w.Cluster.Servers() {
		if s.State == cluster.Frozen {
			return s, nil
		}
	}
	return nil, errors.New("no server is frozen")
}

// Kill crashes a server.
func Kill(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).Kill, "server %s is killed (SIGKILL); it cannot say goodbye")
}

// Freeze suspends a server: its connections stay open and nothing answers.
func Freeze(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).Freeze, "server %s is frozen (SIGSTOP); its connections stay open")
}

// Thaw lets a frozen server go on.
func Thaw(target Target) Action {
	return on(target, measure.Heal, (*cluster.Server).Thaw, "server %s goes on (SIGCONT)")
}

// Terminate asks a server to stop.
func Terminate(target Target) Action {
	return on(target, measure.Fault, (*cluster.Server).Terminate, "server %s is asked to stop (SIGTERM)")
}

// Restart stops a server politely and starts it again on its address.
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

// KillRegistry crashes the registry.
func KillRegistry() Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		return measure.Mark{Kind: measure.Fault, Text: "the registry is killed (SIGKILL)"}, w.Cluster.KillRegistry(ctx)
	}
}

// RestartRegistry starts the registry again on its port, after killing it if
// it still runs.
func RestartRegistry() Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		return measure.Mark{Kind: measure.Heal, Text: "the registry starts again, with an empty memory"}, w.Cluster.RestartRegistry(ctx)
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

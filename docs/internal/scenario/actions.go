package scenario

import (
	"context"
	"errors"
	"fmt"

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

// Join starts one more server.
func Join() Action {
	return func(ctx context.Context, w *World) (measure.Mark, error) {
		s, err := w.Cluster.Join(ctx)
		if err != nil {
			return measure.Mark{}, err
		}
		return measure.Mark{Kind: measure.Note, Server: s.Name, Text: "server " + s.Name + " joins"}, nil
	}
}

// on makes an action out of something to do to one server; the text names it.
func on(target Target, kind measure.Kind, do func(*cluster.Server) error, text string) Action {
	return func(_ context.Context, w *World) (measure.Mark, error) {
		s, err := target(w)
		if err != nil {
			return measure.Mark{}, err
		}
		return measure.Mark{Kind: kind, Server: s.Name, Text: fmt.Sprintf(text, s.Name)}, do(s)
	}
}

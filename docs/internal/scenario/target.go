package scenario

import (
	"errors"
	"fmt"
	"slices"

	"example.com/workshop/docs/internal/cluster"
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

// Named chooses the server with that letter; of several, the last to start.
func Named(name string) Target {
	return func(w *World) (*cluster.Server, error) {
		for _, s := range slices.Backward(w.Cluster.Servers()) {
			if s.Name == name {
				return s, nil
			}
		}
		return nil, fmt.Errorf("there is no server %s", name)
	}
}

// Away holds while the registry does not answer.
func Away(w *World) bool { return w.Lost != nil }

// AllListed holds while the registry lists every running server.
func AllListed(w *World) bool { return len(w.unlisted()) == 0 }

// unlisted returns the running servers that the registry did not list last.
func (w *World) unlisted() (names []string) {
	for _, s := range w.Cluster.Servers() {
		if s.State == cluster.Running && !slices.Contains(w.Listed, s.Addr) {
			names = append(names, s.Name)
		}
	}
	return names
}

// Unlisted holds once the registry no longer lists the server that target
// chooses.
func Unlisted(target Target) Condition {
	return func(w *World) bool {
		s, err := target(w)
		return err == nil && !slices.Contains(w.Listed, s.Addr)
	}
}

// In chooses the server that is in a state, such as cluster.Slow.
func In(state cluster.State) Target {
	return func(w *World) (*cluster.Server, error) {
		for _, s := range w.Cluster.Servers() {
			if s.State == state {
				return s, nil
			}
		}
		return nil, fmt.Errorf("no server is %s", state)
	}
}

// Frozen chooses the server that is frozen.
func Frozen(w *World) (*cluster.Server, error) { return In(cluster.Frozen)(w) }

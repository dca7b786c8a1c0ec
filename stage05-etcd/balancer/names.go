package balancer

import (
	"fmt"
	"strings"
)

// Default is the name of the balancer to take when nothing speaks for another.
// PowerOfTwo loses least when one server of three is slow or frozen: it is the
// only one that learns from latency, and it looks again by one call at a time.
const Default = "power-of-two"

// Names returns the names that New knows.
func Names() []string {
	return []string{"round-robin", "random", "least-connections", "weighted-round-robin", "power-of-two", "consistent-hash"}
}

// New returns an empty balancer by the name of its algorithm. For a name that is
// not one of Names it returns an error that lists them.
func New(name string) (Balancer, error) {
	switch name {
	case "round-robin":
		return new(RoundRobin), nil
	case "random":
		return new(Random), nil
	case "least-connections":
		return new(LeastConnections), nil
	case "weighted-round-robin":
		return new(WeightedRoundRobin), nil
	case "power-of-two":
		return new(PowerOfTwo), nil
	case "consistent-hash":
		return new(ConsistentHash), nil
	}
	return nil, fmt.Errorf("unknown balancer %q: want one of %s", name, strings.Join(Names(), ", "))
}

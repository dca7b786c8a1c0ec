package balancer

import (
	"fmt"
	"strings"
)

// Default names the balancer that loses least when one server of three is slow or frozen.
// It alone learns from latency, and it tests a slow server with one call at a time.
const Default = "power-of-two"

// Names returns the names that New knows.
func Names() []string {
	return []string{"round-robin", "random", "least-connections", "weighted-round-robin", "power-of-two", "consistent-hash"}
}

// New returns an empty balancer by name. If Names does not have the name, New returns an
// error that lists them.
func New(name string) (Balancer, error) {
	b := map[string]Balancer{
		"round-robin":          new(RoundRobin),
		"random":               new(Random),
		"least-connections":    new(LeastConnections),
		"weighted-round-robin": new(WeightedRoundRobin),
		"power-of-two":         new(PowerOfTwo),
		"consistent-hash":      new(ConsistentHash),
	}[name]
	if b != nil {
		return b, nil
	}
	return nil, fmt.Errorf("unknown balancer %q: want one of %s", name, strings.Join(Names(), ", "))
}

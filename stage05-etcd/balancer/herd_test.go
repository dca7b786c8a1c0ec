package balancer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// firstMinimum is least connections as it is often written: the first of the
// least busy wins.
type firstMinimum struct {
	instances []registry.Instance
	inFlight  map[string]int
}

func (b *firstMinimum) Update(instances []registry.Instance) {
	b.instances, b.inFlight = instances, make(map[string]int)
}

func (b *firstMinimum) Pick(balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	best := b.instances[0]
	for _, in := range b.instances {
		if b.inFlight[in.ID] < b.inFlight[best.ID] {
			best = in
		}
	}
	b.inFlight[best.ID]++
	return best, func(balancer.DoneInfo) { b.inFlight[best.ID]-- }, nil
}

// B3: 200 clients keep two calls in flight each on 10 servers, 40 per server on
// average. Each client sees its own calls alone. With the first minimum all of
// them agree on where to go.
//
// In both other cases a client's two calls are on two different servers, any two
// with the same chance, so a server's calls are Binomial(200, 1/5). By Chernoff
// they exceed 90 with a probability below 1e-13; times 10 servers and 21 looks
// that is below 1e-10.
func TestClientsDoNotHerd(t *testing.T) {
	for _, test := range []struct {
		name    string
		new     func() balancer.Balancer
		atLeast int
		atMost  int
	}{
		{"first minimum", func() balancer.Balancer { return new(firstMinimum) }, 200, 200},
		{"least connections", func() balancer.Balancer { return new(balancer.LeastConnections) }, 40, 90},
		{"power of two", func() balancer.Balancer { return new(balancer.PowerOfTwo) }, 40, 90},
	} {
		t.Run(test.name, func(t *testing.T) {
			type flight struct {
				id   string
				done func(balancer.DoneInfo)
			}
			clients := make([]balancer.Balancer, 200)
			flights := make([][2]flight, len(clients))
			load := make(map[string]int)
			start := func(client, slot int) {
				id, done := begin(t, clients[client])
				flights[client][slot] = flight{id, done}
				load[id]++
			}
			for c := range clients {
				clients[c] = test.new()
				clients[c].Update(many(10))
				start(c, 0)
				start(c, 1)
			}
			peak := 0
			for round := range 21 {
				for _, n := range load {
					peak = max(peak, n)
				}
				for c := range clients {
					ended := flights[c][round%2]
					ended.done(balancer.DoneInfo{})
					load[ended.id]--
					start(c, round%2)
				}
			}
			t.Logf("at most %d calls on one server, 40 on average", peak)
			require.GreaterOrEqual(t, peak, test.atLeast)
			require.LessOrEqual(t, peak, test.atMost)
		})
	}
}

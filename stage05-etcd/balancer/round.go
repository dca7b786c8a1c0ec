package balancer

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// round is WeightedRoundRobin between two Updates, while no weight changes. Then
// nginx's winners are found with less work. The values need not be raised one by
// one: after n picks an instance has n times its weight, less what it has spent.
// And instances of one weight gain the same, so they win in turn: only the first
// of each weight has to be looked at.
type round struct {
	nodes []*node[credit] // never changed
	total int64           // of all weights; never changed

	mu     sync.Mutex // guards the fields below
	picks  int64
	spent  []int64 // by index in nodes
	queues []queue
}

// queue is the instances of one weight, by index in nodes, in order of their turn.
type queue struct {
	weight  int64
	waiting []int
}

// newRound takes the values over from the nodes.
func newRound(list []*node[credit]) *round {
	r := &round{nodes: list}
	waiting := make(map[int][]int) // by weight
	for i, n := range list {
		r.total += int64(n.Weight)
		r.spent = append(r.spent, -n.state.current)
		waiting[n.Weight] = append(waiting[n.Weight], i)
	}
	for weight, indices := range waiting {
		slices.SortStableFunc(indices, func(i, j int) int { return cmp.Compare(r.spent[i], r.spent[j]) })
		r.queues = append(r.queues, queue{int64(weight), indices})
	}
	return r
}

// settle hands the values back to the nodes.
func (r *round) settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, n := range r.nodes {
		n.state.current = r.picks*int64(n.Weight) - r.spent[i]
	}
}

// next returns the node whose turn it is; of equals, the first.
func (r *round) next() *node[credit] {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.picks++
	winner, most, from := 0, int64(math.MinInt64), queue{}
	for _, q := range r.queues {
		i := q.waiting[0]
		current := r.picks*q.weight - r.spent[i]
		if current > most || current == most && i < winner {
			winner, most, from = i, current, q
		}
	}
	r.spent[winner] += r.total
	copy(from.waiting, from.waiting[1:])
	from.waiting[len(from.waiting)-1] = winner
	return r.nodes[winner]
}

package lab

import (
	"context"
	"slices"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// askEvery is how often the registry is asked for what it lists, and its leases.
const askEvery = 200 * time.Millisecond

// leaderEvery is how often etcd's nodes are asked who leads them.
const leaderEvery = time.Second

// watchRegistry asks the registry again and again until ctx ends.
func (s *side) watchRegistry(ctx context.Context, c *cluster.Cluster) {
	ticks := time.NewTicker(askEvery)
	defer ticks.Stop()
	var asked time.Time
	known := false // the registry has answered before
	for {
		addrs, err := c.List(ctx)
		var leases []measure.Lease
		at := time.Now()
		if err == nil && s.stage.Offers.Lease {
			leases, err = c.Leases(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		s.listed(addrs, leases, at, err == nil, known)
		known = known || err == nil
		if s.stage.Offers.Etcd && time.Since(asked) > leaderEvery {
			asked = time.Now()
			leader, _ := c.Leader(ctx) // a node that is dead says nothing, and that is no news
			s.seen.lead(leader)
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *seen) lead(node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leader = node
}

// listed records the registry's answer, or that there was none, and reports what changed.
// Without an answer the last one stays.
func (s *side) listed(addrs []string, leases []measure.Lease, at time.Time, answers, known bool) {
	s.seen.mu.Lock()
	if s.seen.ends { // of course it does not answer
		s.seen.mu.Unlock()
		return
	}
	before, answered := s.seen.listed, s.seen.reached
	s.seen.reached = answers
	if answers {
		s.seen.listed, s.seen.leases, s.seen.leasesAt = addrs, leases, at
	}
	names := make(map[string]string)
	for _, v := range s.seen.servers {
		names[v.addr] = v.name
	}
	s.seen.mu.Unlock()

	switch {
	case !known:
		return
	case !answers && answered:
		s.lab.event(s.index, string(measure.Note), "the registry does not answer")
	case answers && !answered:
		s.lab.event(s.index, string(measure.Note), "the registry answers again")
	}
	if !answers {
		return
	}
	for _, addr := range before {
		if !slices.Contains(addrs, addr) {
			s.lab.event(s.index, string(measure.Unlisted), "the registry no longer lists "+names[addr])
		}
	}
	for _, addr := range addrs {
		if !slices.Contains(before, addr) && names[addr] != "" {
			s.lab.event(s.index, string(measure.Listed), "the registry lists "+names[addr])
		}
	}
}

// publish records the processes as an action has left them. The caller holds the side's
// lock.
func (s *side) publish() {
	var servers []server
	for _, v := range s.world.Cluster.Servers() {
		servers = append(servers, server{name: v.Name, addr: v.Addr, state: v.State, process: v.Process()})
	}
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	var nodes []node
	for _, n := range s.world.Cluster.Nodes() {
		nodes = append(nodes, node{called: n.Called(), name: n.Name, addr: n.Addr, killed: n.Killed(), frozen: n.Frozen(), cut: n.Cut(), parted: n.Parted(), process: n.Process()})
	}
	for i := range servers {
		servers[i].told = told(s.seen.servers, servers[i])
	}
	s.seen.servers, s.seen.nodes = servers, nodes
}

// told reports whether the end of this process was reported already.
func told(before []server, v server) bool {
	return slices.ContainsFunc(before, func(b server) bool { return b.process == v.process && b.told })
}

package client

import (
	"slices"
	"time"

	"example.com/workshop/stage04-balancing/registry"
)

// Stats says how a client is doing.
type Stats struct {
	Service   string          `json:"service"`
	Revision  uint64          `json:"revision"` // revision of the list
	Stale     bool            `json:"stale"`    // whether the registry does not answer
	AgeMS     int64           `json:"age_ms"`   // time since the registry last answered, if the list is stale
	Retries   int64           `json:"retries"`
	Instances []InstanceStats `json:"instances"` // the listed instances
	Held      []InstanceStats `json:"held"`      // instances that vanished without a goodbye and are still connected
}

// InstanceStats says how an instance is doing, as one client sees it.
type InstanceStats struct {
	ID           string    `json:"id"`
	Addr         string    `json:"addr"`
	Weight       int       `json:"weight"`
	State        State     `json:"state"`
	Connected    bool      `json:"connected"`
	Ejected      bool      `json:"ejected"`
	EjectedUntil time.Time `json:"ejected_until,omitzero"`
	InFlight     int64     `json:"in_flight"`
	LatencyMS    float64   `json:"latency_ms"` // moving average over the answered calls
	OK           int64     `json:"ok"`         // attempts that were answered
	Failed       int64     `json:"failed"`     // attempts that failed by the instance's fault
}

// counts holds the statistics of the calls to an instance. The node's mu guards it.
type counts struct {
	ok, failed int64
	latency    time.Duration // moving average over the answered calls
	answered   time.Time     // when the last call was answered
	used       time.Time     // when the last call ended
}

// newest is the weight of the newest call in the exponential moving average of the
// latency.
const newest = 0.1

// add counts an attempt. An attempt that was given up changes only used.
func (c *counts) add(e *ending) {
	c.used = e.at
	switch {
	case e.fault != nil:
		c.failed++
	case e.answered:
		if c.ok == 0 {
			c.latency = e.took
		}
		c.latency += time.Duration(newest * float64(e.took-c.latency))
		c.ok++
		c.answered = e.at
	}
}

// Stats returns how the client is doing now.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Stats{Service: c.service, Revision: c.latest.Revision, Stale: c.latest.Stale, Retries: c.retries.Load()}
	if s.Stale && !c.latest.Synced.IsZero() {
		s.AgeMS = time.Since(c.latest.Synced).Milliseconds()
	}
	s.Instances, s.Held = c.statsOf(c.latest.Instances), c.statsOf(c.latest.Held)
	s.Held = slices.DeleteFunc(s.Held, func(in InstanceStats) bool { return !in.Connected })
	return s
}

// statsOf returns how the nodes of these instances are doing. The caller holds the
// lock.
func (c *Client) statsOf(list []registry.Instance) []InstanceStats {
	stats := make([]InstanceStats, 0, len(list))
	for _, in := range list {
		stats = append(stats, c.nodes[in.ID].stats())
	}
	return stats
}

// stats returns how n is doing. The caller holds the client's lock.
func (n *node) stats() InstanceStats {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := InstanceStats{
		ID: n.id, Addr: n.addr, Weight: n.in.Weight, State: n.state, Connected: n.conn != nil,
		Ejected: n.health.ejected, InFlight: int64(n.calls),
		LatencyMS: float64(n.counts.latency) / float64(time.Millisecond), OK: n.counts.ok, Failed: n.counts.failed,
	}
	if s.Ejected {
		s.EjectedUntil = n.health.until
	}
	return s
}

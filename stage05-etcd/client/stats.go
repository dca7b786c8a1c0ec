package client

import "time"

// Stats says how a client is doing.
type Stats struct {
	Service   string          `json:"service"`
	Revision  uint64          `json:"revision"` // of the list
	Stale     bool            `json:"stale"`    // the registry does not answer
	AgeMS     int64           `json:"age_ms"`   // of a stale list, since the registry last answered
	Retries   int64           `json:"retries"`
	Instances []InstanceStats `json:"instances"` // as listed
}

// InstanceStats says how an instance is doing, as one client sees it.
type InstanceStats struct {
	ID        string `json:"id"`
	Addr      string `json:"addr"`
	Weight    int    `json:"weight"`
	Connected bool   `json:"connected"`
	Ejected   bool   `json:"ejected"`
	InFlight  int64  `json:"in_flight"`
	OK        int64  `json:"ok"`     // attempts that were answered
	Failed    int64  `json:"failed"` // attempts that were not
}

// Stats returns how the client is doing now.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Stats{Service: c.service, Revision: c.latest.Revision, Stale: c.latest.Stale, Retries: c.retries.Load()}
	if s.Stale && !c.latest.Synced.IsZero() {
		s.AgeMS = time.Since(c.latest.Synced).Milliseconds()
	}
	nodes := *c.nodes.Load()
	s.Instances = make([]InstanceStats, 0, len(nodes))
	for _, in := range c.latest.Instances {
		n := nodes[in.ID]
		s.Instances = append(s.Instances, InstanceStats{
			ID: n.id, Addr: n.addr, Weight: n.in.Weight, Connected: n.working() != nil, Ejected: n.ejected,
			InFlight: max(0, n.calls.Load()), OK: n.ok.Load(), Failed: n.failed.Load(),
		})
	}
	return s
}

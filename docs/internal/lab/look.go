package lab

import (
	"encoding/json"
	"slices"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// Side is one stage's processes as they are at one moment.
type Side struct {
	Stage    int             `json:"stage"`
	Registry *Registry       `json:"registry,omitempty"` // nil in a stage without
	Servers  []Server        `json:"servers"`
	Client   Client          `json:"client"`
	View     json.RawMessage `json:"view,omitempty"` // the client's, as arith-client -stats writes it
}

// Registry is the registry.
type Registry struct {
	Answers bool   `json:"answers"`
	Nodes   []Node `json:"nodes"`
}

// Node is one process of the registry.
type Node struct {
	Name   string `json:"name"`
	Addr   string `json:"addr"`
	PID    int    `json:"pid"`
	State  string `json:"state,omitempty"` // dead, frozen, ended, cut off from servers and clients, parted from the other nodes, or alone
	Leader bool   `json:"leader,omitempty"`
}

// Server is one server.
type Server struct {
	Name   string `json:"name"`
	Addr   string `json:"addr"`
	PID    int    `json:"pid"`
	State  string `json:"state,omitempty"` // as cluster.State, or ended for one that ended on its own
	Listed bool   `json:"listed,omitempty"`
	Lease  *Lease `json:"lease,omitempty"`
	OK     int    `json:"ok"` // calls that it answered in the time of this frame
}

// Lease is a registration's, in milliseconds.
type Lease struct {
	TTL  int64 `json:"ttl"`
	Left int64 `json:"left"`
}

// Client is what the callers saw in the time of this frame.
type Client struct {
	PID      int            `json:"pid"`
	Settings Settings       `json:"settings"`
	Reports  int            `json:"reports"` // of a tenth of a second each; 0 if nothing new was reported
	Sent     int            `json:"sent"`
	OK       int            `json:"ok"`
	Failed   int            `json:"failed"`
	Retried  int            `json:"retried"`
	P99      float64        `json:"p99"` // milliseconds, the worst of the reports'
	Errors   map[string]int `json:"errors,omitempty"`
	Total    Total          `json:"total"`
}

// Total is what they saw since the side or the script began.
type Total struct {
	Sent    int `json:"sent"`
	OK      int `json:"ok"`
	Failed  int `json:"failed"`
	Retried int `json:"retried"`
}

// stopping is the state of a process that has ended because of an action, and of all
// processes while a side is being restarted.
const stopping = "stopping"

// excused returns the state of a process that may have ended because of an action. The
// caller holds the lock.
func (s *seen) excused(state string) string {
	if s.ends || s.acts && state == ended {
		return stopping
	}
	return state
}

// ended is the state of a process that has ended on its own.
const ended = "ended"

// look returns the side as it is now, and reports processes that have ended on their own.
func (s *side) look() Side {
	for _, line := range s.seen.endings() {
		s.lab.event(s.index, "ended", line)
	}
	look := s.seen.look(time.Now())
	look.Stage = s.stage.Number
	if !s.stage.Offers.Registry {
		look.Registry = nil
	}
	return look
}

func (s *seen) look(now time.Time) Side {
	s.mu.Lock()
	defer s.mu.Unlock()
	side := Side{Registry: &Registry{Answers: s.reached, Nodes: []Node{}}, Servers: []Server{}, View: s.view}
	for _, n := range s.nodes {
		side.Registry.Nodes = append(side.Registry.Nodes, n.look(s.leader))
	}
	for i := range side.Registry.Nodes {
		side.Registry.Nodes[i].State = s.excused(side.Registry.Nodes[i].State)
	}
	for _, v := range s.servers {
		server := v.look()
		server.State = s.excused(server.State)
		server.OK = s.window.Servers[v.addr]
		server.Listed = slices.Contains(s.listed, v.addr)
		server.Lease = s.lease(v, now)
		side.Servers = append(side.Servers, server)
	}
	w := s.window
	side.Client = Client{
		Settings: s.settings, Reports: s.windows, Sent: w.Sent, OK: w.OK, Failed: w.Failed, Retried: w.Retried, P99: w.P99,
		Total: Total{s.total.Sent, s.total.OK, s.total.Failed, s.total.Retried},
	}
	for kind, n := range w.Errors {
		if n > 0 {
			if side.Client.Errors == nil {
				side.Client.Errors = make(map[string]int)
			}
			side.Client.Errors[kind] = n
		}
	}
	if s.client != nil {
		side.Client.PID = s.client.PID()
	}
	s.window, s.windows = measure.Counts{}, 0
	return side
}

// lease returns the server's lease, counted on from the registry's last answer. It keeps
// that answer while the registry does not respond.
func (s *seen) lease(v server, now time.Time) *Lease {
	for _, l := range s.leases {
		if l.Addr == v.addr {
			left := l.Left - now.Sub(s.leasesAt)
			return &Lease{TTL: l.TTL.Milliseconds(), Left: left.Milliseconds()}
		}
	}
	return nil
}

func (n node) look(leader string) Node {
	look := Node{Name: n.name, Addr: n.addr, PID: n.process.PID(), Leader: n.name == leader}
	switch {
	case n.killed:
		look.State, look.Leader = "dead", false
	case n.frozen:
		look.State = "frozen"
	case cluster.Ended(n.process):
		look.State = ended
	case n.cut && n.parted:
		look.State = "alone"
	case n.cut:
		look.State = string(cluster.CutOff)
	case n.parted:
		look.State = "parted"
	}
	return look
}

func (v server) look() Server {
	look := Server{Name: v.name, Addr: v.addr, PID: v.process.PID(), State: string(v.state)}
	over := cluster.Ended(v.process)
	switch {
	case over && v.state != cluster.Dead && v.state != cluster.Stopped:
		look.State = ended
	case !over && v.state == cluster.Stopped:
		look.State = "leaving"
	}
	return look
}

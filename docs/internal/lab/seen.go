package lab

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
)

// seen is what is known of a side. Its watchers fill it, and every frame reads it.
type seen struct {
	mu       sync.Mutex // guards the fields below
	servers  []server
	nodes    []node
	reached  bool             // by the registry's last answer
	listed   []string         // addresses, as the registry listed them last
	leases   []measure.Lease  // as it told them last
	leasesAt time.Time        // when it did
	leader   string           // of etcd's nodes
	reports  []measure.Second // of the last second
	window   measure.Counts   // of the reports since the last frame
	windows  int              // reports in it
	total    measure.Counts   // since the side's start, or since the last script began
	view     json.RawMessage  // the client's
	client   *proc.Process
	settings Settings
	ends     bool // the side is being stopped, and so its processes may end
	acts     bool // something is being done to its processes, which may end by it
}

// server is a server as an action left it.
type server struct {
	name, addr string
	state      cluster.State
	process    *proc.Process
	told       bool // that it has ended on its own
}

// node is one process of the registry, as an action left it.
type node struct {
	called     string // by texts
	name, addr string
	killed     bool
	frozen     bool
	cut        bool // off from servers and clients
	parted     bool // off from the other nodes
	process    *proc.Process
	told       bool
}

func (s *seen) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers, s.nodes, s.reached, s.listed, s.leases, s.leader = nil, nil, false, nil, nil, ""
	s.reports, s.window, s.windows, s.total, s.view, s.client, s.ends = nil, measure.Counts{}, 0, measure.Counts{}, nil, nil, false
}

func (s *seen) closing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends = true
}

func (s *seen) acting(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts = yes
}

func (s *seen) clientStarted(p *proc.Process, settings Settings) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client, s.settings, s.view = p, settings, nil
}

func (s *seen) clientStopping() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = nil
}

// report records the client's report of a tenth of a second.
func (s *seen) report(r measure.Second) {
	s.mu.Lock()
	defer s.mu.Unlock()
	add(&s.window, r.Counts)
	add(&s.total, r.Counts)
	s.windows++
	s.reports = append(s.reports, r)
	if excess := len(s.reports) - int(time.Second/reportEvery); excess > 0 {
		s.reports = s.reports[excess:]
	}
}

// add adds counts up. It takes the worst of the parts' percentiles, since the percentiles
// of the whole cannot be computed from them.
func add(sum *measure.Counts, c measure.Counts) {
	sum.Sent, sum.OK, sum.Failed, sum.Retried = sum.Sent+c.Sent, sum.OK+c.OK, sum.Failed+c.Failed, sum.Retried+c.Retried
	sum.P50, sum.P99 = max(sum.P50, c.P50), max(sum.P99, c.P99)
	if sum.Servers == nil {
		sum.Servers, sum.Errors = make(map[string]int), make(map[string]int)
	}
	for addr, n := range c.Servers {
		sum.Servers[addr] += n
	}
	for kind, n := range c.Errors {
		sum.Errors[kind] += n
	}
}

func (s *seen) stats(line []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view = line
}

// lastSecond returns the client's reports of the last second.
func (s *seen) lastSecond() []measure.Second {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]measure.Second(nil), s.reports...)
}

// count begins the totals anew.
func (s *seen) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total = measure.Counts{}
}

// totals are the counts since the last start of counting.
func (s *seen) totals() measure.Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.total
	total.Servers, total.Errors = nil, nil
	return total
}

// endings returns, once, a line for each process that has ended on its own, with its last
// output.
func (s *seen) endings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	if s.ends || s.acts {
		return nil
	}
	for i := range s.servers {
		v := &s.servers[i]
		if v.state != cluster.Dead && v.state != cluster.Stopped && !v.told && cluster.Ended(v.process) {
			v.told = true
			lines = append(lines, ending("server "+v.name, v.process))
		}
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		if !n.killed && !n.told && cluster.Ended(n.process) {
			n.told = true
			lines = append(lines, ending(n.called, n.process))
		}
	}
	if s.client != nil && cluster.Ended(s.client) {
		lines = append(lines, ending("the client", s.client))
		s.client = nil
	}
	return lines
}

// saidLast is how many of a process's last lines are shown when it has ended.
const saidLast = 3

func ending(who string, p *proc.Process) string {
	text := who + " has ended on its own"
	if err := p.Err(); err != nil {
		text += ": " + err.Error()
	}
	said := p.Stderr()
	if len(said) > saidLast {
		said = said[len(said)-saidLast:]
	}
	if len(said) > 0 {
		text += "\n" + strings.Join(said, "\n")
	}
	return text
}

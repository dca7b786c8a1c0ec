package measure

import "time"

// Kind is the kind of event that a mark stands for.
type Kind string

// The kinds of marks.
const (
	Note     Kind = "note"     // something worth telling
	Fault    Kind = "fault"    // something was broken on purpose
	Heal     Kind = "heal"     // what was broken was repaired
	Joined   Kind = "joined"   // a server was started
	Listed   Kind = "listed"   // the registry lists a server that it did not list before
	Unlisted Kind = "unlisted" // the registry lists a server no more
)

// Mark is something that happened during a run.
type Mark struct {
	At     time.Time `json:"at"`
	Kind   Kind      `json:"kind"`
	Server string    `json:"server,omitempty"` // the name of the one that it happened to; empty if none
	Addr   string    `json:"addr,omitempty"`   // its address
	Text   string    `json:"text"`             // in plain words
}

// Load is a steady stream of calls.
type Load struct {
	Rate   int           `json:"rate"` // calls per second
	For    time.Duration `json:"for"`
	Wait   time.Duration `json:"wait,omitempty"` // how long a caller waits; 0 means as the client's flag says
	Second time.Duration `json:"-"`              // how long a second of the report takes; 0 means a second
}

// Calls is how many calls the load is meant to make.
func (l Load) Calls() int { return int(int64(l.Rate) * int64(l.For) / int64(time.Second)) }

// Run is the measurements of one load: its seconds, its total, and the marks of events. A
// run without a total broke off.
type Run struct {
	Load    Load      `json:"load"`
	Started time.Time `json:"started"`
	Seconds []Second  `json:"seconds"`
	Total   *Second   `json:"total"`
	Marks   []Mark    `json:"marks"`
	Missing []string  `json:"missing,omitempty"` // running servers that a registry which answers does not list at the end
}

// Add takes the report's next line into the run.
func (r *Run) Add(s Second) {
	if s.Total {
		r.Total = &s
		return
	}
	r.Seconds = append(r.Seconds, s)
}

// Answered counts the calls that each server answered so far, by address.
func (r *Run) Answered() map[string]int {
	answered := make(map[string]int)
	for _, s := range r.Seconds {
		for addr, n := range s.Servers {
			answered[addr] += n
		}
	}
	return answered
}

// AnsweredBetween counts the calls that the server at addr answered in the
// seconds that lie wholly between two moments.
func (r *Run) AnsweredBetween(addr string, from, until time.Time) (n int) {
	for i := 1; i < len(r.Seconds); i++ {
		if r.Seconds[i-1].At.After(from) && !r.Seconds[i].At.After(until) {
			n += r.Seconds[i].Servers[addr]
		}
	}
	return n
}

// All returns the marks of a kind, in their order.
func (r *Run) All(kind Kind) []Mark {
	var all []Mark
	for _, m := range r.Marks {
		if m.Kind == kind {
			all = append(all, m)
		}
	}
	return all
}

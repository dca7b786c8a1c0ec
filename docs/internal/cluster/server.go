package cluster

import (
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
)

// State is what was done to a server.
type State string

// The states of a server.
const (
	Running State = ""
	Dead    State = "dead"    // killed
	Frozen  State = "frozen"  // its connections are open, and nothing answers
	Stopped State = "left"    // asked to stop
	Slow    State = "slow"    // its answers arrive late
	CutOff  State = "cut off" // it does not reach the registry
)

// Server is one arith-server process.
type Server struct {
	Name    string // a letter
	Addr    string // as the registry lists it, and callers report it
	State   State
	process *proc.Process

	Stranger *Stranger // the program that has its port since it died, or nil

	listens  string         // where its process does; Addr, unless a proxy or gRPC is there
	grpc     string         // where it speaks gRPC; empty if it does not
	registry string         // the URL that it is told; empty in a stage without one
	front    *proxy.Proxy   // between it and its callers; nil without proxies
	back     []*proxy.Proxy // between it and the registry
}

// Kill crashes the server.
func (s *Server) Kill() error { return s.to(Dead, s.process.Kill) }

// Terminate asks the server to stop. It deregisters and drains on its own time.
func (s *Server) Terminate() error { return s.to(Stopped, s.process.Terminate) }

// Freeze suspends the server; see proc.ErrUnsupported.
func (s *Server) Freeze() error { return s.to(Frozen, s.process.Freeze) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw() error { return s.to(Running, s.process.Thaw) }

// Process is the server's process.
func (s *Server) Process() *proc.Process { return s.process }

func (s *Server) to(state State, do func() error) error {
	if err := do(); err != nil {
		return err
	}
	s.State = state
	return nil
}

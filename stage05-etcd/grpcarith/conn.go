package grpcarith

import (
	"sync"
	"time"

	grpcbalancer "google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/resolver"
)

// conn is the connection to one server, which another connection can replace: the new one
// is dialled first, and the old one is closed after its last call. So a server that was
// merely slow, or frozen for a while, can still answer the calls that wait for it.
type conn struct {
	chooser *chooser
	addrs   []resolver.Address
	opts    grpcbalancer.NewSubConnOptions
	wear    wear

	mu                   sync.Mutex // guards the fields below
	grpcbalancer.SubConn            // in use; gRPC wants it embedded
	next                 grpcbalancer.SubConn
	health               func(grpcbalancer.SubConnState)
	shut                 bool
	sign                 time.Time // when something was last read
}

// NewSubConn makes the connections that the Balancer asks for.
func (c *chooser) NewSubConn(addrs []resolver.Address, opts grpcbalancer.NewSubConnOptions) (grpcbalancer.SubConn, error) {
	s := &conn{chooser: c, addrs: addrs, opts: opts}
	var err error
	s.SubConn, err = s.open()
	return s, err
}

func (s *conn) open() (sc grpcbalancer.SubConn, err error) {
	opts := s.opts
	opts.StateListener = func(state grpcbalancer.SubConnState) { s.changed(sc, state) }
	//lint:ignore SA1019 gRPC warns that it will take one address alone, which it is given
	sc, err = s.chooser.ClientConn.NewSubConn(s.addrs, opts)
	return sc, err
}

// replace dials a new connection, which takes the place of the one in use once it is
// ready. If one is being dialled already, replace does nothing.
func (s *conn) replace() {
	s.mu.Lock()
	due := s.next == nil
	s.mu.Unlock()
	if !due {
		return
	}
	next, err := s.open()
	if err != nil {
		return // the channel is closed
	}
	s.mu.Lock()
	s.next = next
	shut := s.shut
	s.mu.Unlock()
	if shut {
		next.Shutdown()
	} else {
		next.Connect()
	}
}

// keep drops the next connection, if any, and lets new calls use the current one again.
func (s *conn) keep() {
	s.mu.Lock()
	next := s.next
	s.next = nil
	s.mu.Unlock()
	if next != nil {
		next.Shutdown()
	}
	s.chooser.avoid(s.addr(), false)
}

// changed handles each change of sc's state. The balancer hears nothing of the next
// connection while that is being dialled, as often as it takes. Once ready, it is in use.
// If the one in use breaks before, there is nothing to replace.
func (s *conn) changed(sc grpcbalancer.SubConn, state grpcbalancer.SubConnState) {
	s.mu.Lock()
	used, next, health := s.SubConn, s.next, s.health
	if sc == next && state.ConnectivityState == connectivity.Ready {
		s.SubConn, s.next = next, nil
	}
	s.mu.Unlock()
	switch {
	case sc == used:
		s.wear.changed(state.ConnectivityState)
		s.keep()
		s.opts.StateListener(state)
	case sc != next: // sc was replaced before
	case state.ConnectivityState == connectivity.Ready:
		s.heard()
		used.RegisterHealthListener(nil) // the balancer need not hear that it ends
		used.Shutdown()
		next.RegisterHealthListener(s.limited(health))
		s.chooser.avoid(s.addr(), false)
	case state.ConnectivityState == connectivity.TransientFailure: // the old one may be well
		s.chooser.after(0, s.ask)
	case state.ConnectivityState == connectivity.Idle: // the backoff is over
		next.Connect()
	}
}

// inUse returns the connection for a new call.
func (s *conn) inUse() grpcbalancer.SubConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.SubConn
}

func (s *conn) addr() string { return s.addrs[0].Addr }

// RegisterHealthListener implements grpcbalancer.SubConn.
func (s *conn) RegisterHealthListener(health func(grpcbalancer.SubConnState)) {
	s.mu.Lock()
	s.health = health
	s.mu.Unlock()
	s.inUse().RegisterHealthListener(s.limited(health))
}

// Shutdown implements grpcbalancer.SubConn.
func (s *conn) Shutdown() {
	s.mu.Lock()
	s.shut = true
	s.mu.Unlock()
	s.inUse().Shutdown() // of which changed hears
}

package grpcarith

import (
	"math/rand/v2"
	"sync"
	"time"

	grpcbalancer "google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
)

// gRPC pauses before it connects again if the attempt failed, but not if the connection
// broke at once, nor if the server ends the watch of its health again and again. So a
// server could make each client come back thousands of times a second.

const (
	lasted       = time.Second            // a connection that was ready for so long is dialled again at once
	firstPause   = 100 * time.Millisecond // otherwise after this pause, which doubles each time
	longestPause = 2 * time.Second        // between two dials, and after too many changes of the health
	mostChanges  = 20                     // of a server's health in a second
)

// wear records how long the connections to one server last.
type wear struct {
	mu      sync.Mutex         // guards the fields below
	state   connectivity.State // of the one in use
	ready   time.Time          // when one became ready last
	short   int                // how many in a row did not last
	paused  bool               // whether the next one waits to be dialled
	since   time.Time          // when the second began in which changes are counted
	changes int                // of the server's health
}

// changed records the state of the connection in use. A connection that breaks before
// anybody has seen it ready may go from connecting to idle at once. An attempt that fails
// becomes a transient failure.
func (w *wear) changed(state connectivity.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := w.state
	w.state = state
	switch {
	case state == connectivity.Ready:
		w.ready = time.Now()
	case last == connectivity.Ready && time.Since(w.ready) >= lasted:
		w.short = 0
	case last == connectivity.Ready, last == connectivity.Connecting && state == connectivity.Idle:
		w.short++
	}
}

// changesTooOften counts a change of the server's health, and reports whether it is one
// too many.
func (w *wear) changesTooOften() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); now.Sub(w.since) >= time.Second {
		w.since, w.changes = now, 0
	}
	w.changes++
	return w.changes == mostChanges
}

// Connect implements grpcbalancer.SubConn. It dials at once, or after a pause if the latest
// connections did not last.
func (s *conn) Connect() {
	w := &s.wear
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.paused:
	case w.short == 0:
		s.inUse().Connect()
	default:
		w.paused = true
		pause := min(firstPause<<min(w.short-1, 10), longestPause)
		s.chooser.after(pause*4/5+rand.N(pause*2/5), func() {
			w.mu.Lock()
			w.paused = false
			w.mu.Unlock()
			s.inUse().Connect()
		})
	}
}

// limited wraps health and counts its calls. If there are too many in a second, the
// server's health is not watched for a while.
func (s *conn) limited(health func(grpcbalancer.SubConnState)) func(grpcbalancer.SubConnState) {
	if health == nil {
		return nil
	}
	return func(state grpcbalancer.SubConnState) {
		health(state)
		if s.wear.changesTooOften() {
			s.chooser.after(0, s.unwatch) // not here, since gRPC holds a lock
		}
	}
}

// unwatch ends the watch of the server's health, and begins a new one after longestPause.
func (s *conn) unwatch() {
	s.inUse().RegisterHealthListener(nil)
	s.chooser.after(longestPause, func() {
		s.mu.Lock()
		health := s.health
		s.mu.Unlock()
		s.RegisterHealthListener(health)
	})
}

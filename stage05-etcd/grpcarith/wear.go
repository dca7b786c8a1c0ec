package grpcarith

import (
	"math/rand/v2"
	"sync"
	"time"

	grpcbalancer "google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
)

// gRPC waits between two attempts to connect when one has failed, and not when the
// connection was made and broke at once, or when the server ends the watch of its health
// again and again. A server could have each client do so thousands of times a second.

const (
	lasted       = time.Second            // a connection that is ready for so long is dialled again at once
	firstPause   = 100 * time.Millisecond // otherwise it is after this, and twice as long each time
	longestPause = 2 * time.Second
	mostChanges  = 20 // of a connection's health in a second
)

// wear is how the connections to one server have done.
type wear struct {
	mu      sync.Mutex         // guards the fields below
	state   connectivity.State // of the one in use
	ready   time.Time          // when one became ready last
	short   int                // how many in a row did not last
	since   time.Time          // when the second began in which changes are counted
	changes int                // of its health
	paused  bool               // whether the next one waits to be dialled
}

// changed notes that the connection in use is in another state. From connecting it may
// become idle at once, if it breaks before anybody has seen it ready; an attempt that
// fails becomes a transient failure.
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

// isWorn counts one change of the health of the connection in use, and reports whether that
// is one too many. If it is, the connection did not last.
func (w *wear) isWorn() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); now.Sub(w.since) >= time.Second {
		w.since, w.changes = now, 0
	}
	w.changes++
	if w.changes <= mostChanges || w.state != connectivity.Ready {
		return false
	}
	w.state, w.changes = connectivity.Idle, 0
	w.short++
	return true
}

// paced calls connect: at once, or after a pause if the latest connections did not last. If
// another call waits for that already, this one is left out.
func (w *wear) paced(connect func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.paused:
	case w.short == 0:
		connect()
	default:
		w.paused = true
		pause := min(firstPause<<min(w.short-1, 10), longestPause)
		time.AfterFunc(pause*4/5+rand.N(pause*2/5), func() {
			w.mu.Lock()
			w.paused = false
			w.mu.Unlock()
			connect()
		})
	}
}

// Connect implements grpcbalancer.SubConn.
func (s *conn) Connect() { s.wear.paced(func() { s.inUse().Connect() }) }

// counted returns health behind a look at how often it is called: a connection that is
// worn is dropped.
func (s *conn) counted(health func(grpcbalancer.SubConnState)) func(grpcbalancer.SubConnState) {
	if health == nil {
		return nil
	}
	return func(state grpcbalancer.SubConnState) {
		if s.wear.isWorn() {
			s.chooser.begin(s.drop) // for gRPC holds a lock here
			return
		}
		health(state)
	}
}

// drop puts a connection that is not dialled yet in the place of the one in use, which is
// closed after its calls.
func (s *conn) drop() {
	fresh, err := s.open()
	if err != nil {
		return // the channel is closed
	}
	s.mu.Lock()
	used, shut := s.SubConn, s.shut
	s.SubConn = fresh
	s.mu.Unlock()
	used.RegisterHealthListener(nil)
	used.Shutdown()
	if shut {
		fresh.Shutdown()
		return
	}
	s.keep() // not the next one, if there is one
	s.opts.StateListener(grpcbalancer.SubConnState{ConnectivityState: connectivity.Idle})
}

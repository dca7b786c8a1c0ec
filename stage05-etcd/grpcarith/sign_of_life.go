package grpcarith

import (
	"context"
	"time"

	"google.golang.org/grpc"
	grpcbalancer "google.golang.org/grpc/balancer"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// A connection whose peer has vanished looks like one that is idle, and gRPC's own
// keep-alive notices after 13 s at the earliest. So if an attempt is late, the client
// asks the server for its health on that connection. No new call uses the connection
// meanwhile. If no response comes, another connection replaces it; see conn.

// late doubts the connection that the attempt waits on, if it has waited for an interval,
// give or take a ticker's inaccuracy.
func (a *attempts) late(interval time.Duration) {
	a.mu.Lock()
	s, since := a.conn, a.since
	a.mu.Unlock()
	if s != nil && time.Since(since) > interval*9/10 {
		s.doubt(since)
	}
}

// waitOn records that ctx's attempt waits on s since then, or on nothing if s is nil.
func waitOn(ctx context.Context, s *conn, since time.Time) {
	if a, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.conn, a.since = s, since
	}
}

// doubt asks for a sign of life on s, unless something was read since began, the start of
// an attempt. If s is avoided, doubt does nothing: s is being asked or replaced already.
func (s *conn) doubt(began time.Time) {
	if !s.lastSign().After(began) && s.chooser.avoid(s.addr(), true) {
		s.chooser.after(0, s.ask)
	}
}

// ask asks for a sign of life on the connection in use, and replaces it if there is none
// within hedgeAfter. Any response is a sign of life, and anything else that is read.
func (s *conn) ask() {
	began := time.Now()
	ctx, cancel := context.WithTimeout(s.chooser.life, hedgeAfter)
	defer cancel()
	health, release := s.inUse().GetOrBuildProducer(asker{})
	defer release()
	health.(grpc_health_v1.HealthClient).Check(ctx, new(grpc_health_v1.HealthCheckRequest))

	if ctx.Err() == nil {
		s.heard()
	}
	if s.lastSign().Before(began) {
		s.replace()
	} else {
		s.keep()
	}
}

// lastSign returns when something was last read.
func (s *conn) lastSign() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sign
}

// heard records that something was read, or that the connection is a new one.
func (s *conn) heard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sign = time.Now()
}

// asker makes clients of the health service that use one connection only.
type asker struct{}

func (asker) Build(sc any) (grpcbalancer.Producer, func()) {
	return grpc_health_v1.NewHealthClient(sc.(grpc.ClientConnInterface)), func() {}
}

package grpcarith

import (
	"context"
	"time"

	"google.golang.org/grpc"
	grpcbalancer "google.golang.org/grpc/balancer"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// A connection whose other end has gone without a word looks as one does on which nothing
// happens to be said, and gRPC's own keep-alive notices after 13 s at the earliest. So an
// attempt that is late has its connection asked how the server is. No new call uses the
// connection meanwhile. If no answer comes, another connection takes its place; see conn.

// late has the connection that the attempt waits on asked for a sign of life, if it has
// waited for an interval, give or take what a ticker does.
func (a *attempts) late(interval time.Duration) {
	a.mu.Lock()
	s, since := a.conn, a.since
	a.mu.Unlock()
	if s != nil && time.Since(since) > interval*9/10 {
		s.doubt(since)
	}
}

// waitOn notes that the attempt of ctx waits on s since then, or on nothing if s is nil.
func waitOn(ctx context.Context, s *conn, since time.Time) {
	if a, ok := ctx.Value(attemptsKey{}).(*attempts); ok {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.conn, a.since = s, since
	}
}

// doubt has s asked for a sign of life, unless it is avoided and so is being asked or
// replaced, or something was read since an attempt that began then.
func (s *conn) doubt(began time.Time) {
	if !s.lastSign().After(began) && s.chooser.avoid(s.addr(), true) {
		s.chooser.after(0, s.ask)
	}
}

// ask asks the connection in use for a sign of life, and has it replaced if there is none
// before an attempt's time is over. Any answer is one, and so is whatever else is read.
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

// heard notes that something was read, or that the connection is a new one.
func (s *conn) heard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sign = time.Now()
}

// asker makes clients of the health service that use one connection and no other.
type asker struct{}

func (asker) Build(sc any) (grpcbalancer.Producer, func()) {
	return grpc_health_v1.NewHealthClient(sc.(grpc.ClientConnInterface)), func() {}
}

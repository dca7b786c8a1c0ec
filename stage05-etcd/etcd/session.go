package etcd

import (
	"context"
	"net"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"golang.org/x/sync/semaphore"
	"google.golang.org/grpc"
	grpcbackoff "google.golang.org/grpc/backoff"
)

// How long it may take at most to set up a connection, and the longest pause
// between two attempts. Both are short, so that etcd is found soon after it is
// back.
const (
	connectTime  = time.Second
	connectPause = 500 * time.Millisecond
)

// maxAnswer is how many bytes an answer of etcd may have: a list of 10,000 instances takes
// four MiB, and whoever may write to etcd can make one of gigabytes. A list that is longer
// cannot be read, so the last one serves on.
const maxAnswer = 32 << 20

// session makes etcd's client when it is first needed and can be made. Without
// a password that is at once; with one, etcd must answer the log-in.
type session struct {
	config clientv3.Config
	opts   Options

	turn   *semaphore.Weighted // has one place, for whoever logs in; guards the fields below
	made   *clientv3.Client    // nil until it has worked
	closed bool
}

func newSession(endpoints []string, opts Options, conns *conns) *session {
	return &session{opts: opts, turn: semaphore.NewWeighted(1), config: clientv3.Config{
		Endpoints: endpoints, Username: opts.Username, Password: opts.Password, // TLS is the business of conns
		MaxCallRecvMsgSize:   maxAnswer,
		DialTimeout:          opts.Timeout,     // of a log-in
		DialKeepAliveTime:    10 * time.Second, // the least that gRPC allows
		DialKeepAliveTimeout: opts.Timeout,
		Logger:               zap.NewNop(), // what matters comes back as an error
		DialOptions: []grpc.DialOption{
			grpc.WithContextDialer(conns.dial),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           grpcbackoff.Config{BaseDelay: minPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: connectPause},
				MinConnectTimeout: min(connectTime, opts.Timeout/2),
			}),
		},
	}}
}

// client returns the client, and makes it if that has not worked yet. It waits
// for another that is making it until ctx ends; after close it returns
// net.ErrClosed.
func (s *session) client(ctx context.Context) (*clientv3.Client, error) {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer s.turn.Release(1)
	if s.closed {
		return nil, net.ErrClosed
	}
	if s.made == nil {
		client, err := clientv3.New(s.config)
		if err != nil {
			return nil, err
		}
		s.made = client
		s.warnWithoutUsers()
	}
	return s.made, nil
}

// warnWithoutUsers logs that etcd has no users, if a password is given. It then
// lets everybody do everything; that is no error, for they may come yet.
func (s *session) warnWithoutUsers() {
	if s.opts.Username == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opts.Timeout)
	defer cancel()
	if auth, err := s.made.AuthStatus(ctx); err == nil && !auth.Enabled {
		s.opts.Logger.Warn("etcd has no users: it asks nobody for a password",
			"etcd", strings.Join(s.config.Endpoints, ","), "user", s.opts.Username)
	}
}

// close closes the client, and client makes none after it. It waits for a log-in
// that is under way.
func (s *session) close() {
	s.turn.Acquire(context.Background(), 1)
	defer s.turn.Release(1)
	s.closed = true
	if s.made != nil {
		s.made.Close()
	}
}

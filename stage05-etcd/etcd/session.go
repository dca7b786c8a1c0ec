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

// connectTime bounds the setup of a connection, and connectPause the pause between two
// attempts. Both are short, so that a client finds etcd soon after it is back.
const (
	connectTime  = time.Second
	connectPause = 500 * time.Millisecond
)

// maxAnswer bounds the bytes of a response. A list of 10,000 instances takes four MiB,
// but whoever may write to etcd can make one of gigabytes. A longer list cannot be read,
// so the last one stays in use.
const maxAnswer = 32 << 20

// session makes etcd's client on first use, as soon as it can be made. Without a password
// that is at once; with one, etcd must answer the log-in first.
type session struct {
	config clientv3.Config
	opts   Options

	turn   *semaphore.Weighted // one place, for the goroutine that logs in; guards the fields below
	made   *clientv3.Client    // nil until it could be made
	closed bool
}

func newSession(endpoints []string, opts Options, conns *conns) *session {
	return &session{opts: opts, turn: semaphore.NewWeighted(1), config: clientv3.Config{
		Endpoints: endpoints, Username: opts.Username, Password: opts.Password, // conns do TLS
		MaxCallRecvMsgSize:   maxAnswer,
		DialTimeout:          opts.Timeout,     // of a log-in
		DialKeepAliveTime:    10 * time.Second, // the least that gRPC allows
		DialKeepAliveTimeout: opts.Timeout,
		Logger:               zap.NewNop(), // what matters is returned as an error
		DialOptions: []grpc.DialOption{
			grpc.WithContextDialer(conns.dial),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           grpcbackoff.Config{BaseDelay: minPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: connectPause},
				MinConnectTimeout: min(connectTime, opts.Timeout/2),
			}),
		},
	}}
}

// client returns the client, and makes it if there is none yet. While another goroutine
// makes it, client waits until ctx ends. After close it returns net.ErrClosed.
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

// warnWithoutUsers logs that etcd has no users, if a password is given. Such an etcd lets
// everybody do everything. That is no error, since users may be added later.
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

// close closes the client, after a log-in that is in progress. client makes none
// afterwards.
func (s *session) close() {
	s.turn.Acquire(context.Background(), 1)
	defer s.turn.Release(1)
	s.closed = true
	if s.made != nil {
		s.made.Close()
	}
}

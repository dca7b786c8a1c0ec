package embedded

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// endCall ends a client's call with the node. Otherwise etcd would go on reading files
// that HardStop has closed, and panic.
func (n *Node) endCall(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if err := refusePage(ctx); err != nil {
		return nil, err
	}
	n.calls.RLock()
	defer n.calls.RUnlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(n.life, cancel)()
	if n.life.Err() == nil {
		if reply, err := handle(ctx, req); err == nil || n.life.Err() == nil {
			return reply, err
		}
	}
	return nil, status.Error(codes.Unavailable, "the node has stopped")
}

// endStream ends clients' watches and keep-alives with the node. Otherwise etcd would
// wait for them when it stops, for five seconds and more.
func (n *Node) endStream(server any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if err := refusePage(stream.Context()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	defer context.AfterFunc(n.life, cancel)()
	return handle(server, endingStream{stream, ctx})
}

type endingStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s endingStream) Context() context.Context { return s.ctx }

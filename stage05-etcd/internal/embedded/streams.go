package embedded

import (
	"context"

	"google.golang.org/grpc"
)

// endStreams makes the watches and beats of clients end with the node. Left
// alone, etcd waits for them when it stops, for five seconds and more.
func (n *Node) endStreams(server any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
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

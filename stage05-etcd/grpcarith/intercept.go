package grpcarith

import (
	"context"
	"log/slog"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"example.com/workshop/stage05-etcd/internal/loglimit"
)

// panicText is what the caller of a method that panicked is told. The value of the panic
// is only logged.
const panicText = "%s panicked"

// recovered returns an interceptor. If a method panics, it answers the caller with
// INTERNAL and panicText, and logs the panic with its stack. As with net/rpc, the panic
// would otherwise end the process and every other call. The reply and the error of a
// method that returns are passed on unchanged.
func recovered(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (reply any, err error) {
		defer func() {
			if p := recover(); p != nil {
				log.Error("panic in a method", "method", info.FullMethod, "panic", loglimit.Text(p), "stack", loglimit.Stack())
				err = status.Errorf(codes.Internal, panicText, info.FullMethod)
			}
		}()
		return handler(ctx, req)
	}
}

// returns returns an interceptor. If a method ends its goroutine, it answers the caller
// with INTERNAL and logs that. gRPC would leave the caller to wait.
func returns(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (reply any, err error) {
		returned, ended := false, make(chan struct{})
		go func() {
			defer close(ended)
			reply, err = handler(ctx, req)
			returned = true
		}()
		<-ended
		if !returned {
			log.Error("a method ended its goroutine", "method", info.FullMethod)
			err = status.Errorf(codes.Internal, "%s ended its goroutine", info.FullMethod)
		}
		return reply, err
	}
}

// endWatches ends the health service's watches when Shutdown begins. A watch lasts until
// its client ends it, so GracefulStop would wait for it in vain.
func (s *Server) endWatches(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if info.FullMethod != grpc_health_v1.Health_Watch_FullMethodName {
		return handler(srv, stream)
	}
	ctx, end := context.WithCancel(stream.Context())
	defer end()
	defer context.AfterFunc(s.life, end)()
	return handler(srv, &endingStream{stream, ctx})
}

type endingStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *endingStream) Context() context.Context { return s.ctx }

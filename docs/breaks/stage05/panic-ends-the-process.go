//go:build ignore

// Break: A panic in a method is left to gRPC, which does not recover.
// Invariant: I5
// Seen: One request with an unusual argument ends the process, and with it all other calls.
// From: a gRPC server without a recovery interceptor, which is the default
// File: grpcarith/intercept.go
// Package tests: ./grpcarith

package grpcarith

func recovered(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (reply any, err error) {
		return handler(ctx, req)
	}
}

//go:build ignore

// Break: A registration is tried once.
// Invariant: I4
// Seen: The registry is restarted together with the servers and comes up last: none of them is
// ever listed, although all are healthy.
// From: the tutorials' servers, which log that the registry does not answer and go on
// File: registry/client_retry.go
// Package tests: ./registry

package registry

func retry[T any](ctx context.Context, log *slog.Logger, most time.Duration, do func(context.Context) (T, error)) (T, error) {
	return do(ctx)
}

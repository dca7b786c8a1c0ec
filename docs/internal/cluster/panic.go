package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"strings"
)

// Args are those of every method of the service Faulty.
type Args struct{ A, B int }

// Panic calls a method of the server that panics, and reports whether the server lives
// on. The servers must have been started with -faulty.
func (s *Server) Panic(ctx context.Context) (lives bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", s.listens)
	if err != nil {
		return false, err
	}
	client := rpc.NewClient(conn)
	defer client.Close()
	call := client.Go("Faulty.Panic", Args{}, new(int), make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
	case <-ctx.Done():
		return false, fmt.Errorf("server %s does not answer: %w", s.Name, ctx.Err())
	}
	if answer, ok := errors.AsType[rpc.ServerError](call.Error); ok {
		if strings.Contains(string(answer), "can't find") {
			return false, fmt.Errorf("server %s: %w", s.Name, call.Error)
		}
		return true, nil
	}
	if call.Error == nil {
		return false, fmt.Errorf("server %s answered a method that panics", s.Name)
	}
	select {
	case <-s.process.Done():
		s.State = Dead
		return false, nil
	case <-ctx.Done():
		return false, fmt.Errorf("server %s ended the connection and lives: %w", s.Name, call.Error)
	}
}

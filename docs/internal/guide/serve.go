package guide

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// NotHereError is the error for an address that is not local to this machine.
type NotHereError struct{ Addr string }

func (e *NotHereError) Error() string {
	return fmt.Sprintf("-listen %s: the guide serves this machine alone, so it takes a HOST:PORT whose host is 127.0.0.1, ::1 or localhost", e.Addr)
}

// Listen opens a listener that only this machine can reach. For an address that others
// can reach, or that is no HOST:PORT, it returns a *NotHereError.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &NotHereError{addr}
	}
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil, &NotHereError{addr}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("-listen %s: %w; port 0 takes a free one", addr, errors.Unwrap(err))
	}
	return l, nil
}

// Serve serves the guide until ctx ends. The first line that it writes is
// "listening HOST:PORT".
func (g *Guide) Serve(ctx context.Context, l net.Listener, out io.Writer) error {
	addr, err := netip.ParseAddrPort(l.Addr().String())
	if err != nil {
		l.Close()
		return err
	}
	server := &http.Server{
		Handler:           Guarded(addr, g),
		BaseContext:       func(net.Listener) context.Context { return ctx }, // a stream of events ends with it
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    1 << 16,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	fmt.Fprintf(out, "listening %s\n%s\nCtrl-C stops it\n", addr, "http://"+addr.String())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	<-ended
	return nil
}

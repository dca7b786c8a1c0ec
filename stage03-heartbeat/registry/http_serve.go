package registry

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"example.com/workshop/stage03-heartbeat/internal/descriptors"
)

// Serve serves h on l until ctx ends, then lets the requests in progress
// finish, for two seconds at most, and returns nil. Slow and idle peers are cut
// off, and the sooner when they are many; on loopback requests for another host
// are refused. Otherwise it returns why it could not go on.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler:           localHosts(l, h),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    8 << 10,
	}
	boundConns(server, descriptors.Half()*3/2)
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			server.Close()
		}
		close(stopped)
	})
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	stop()
	return err
}

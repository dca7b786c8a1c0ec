package registry

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"example.com/workshop/stage04-balancing/internal/descriptors"
)

// Serve serves h on l until ctx ends. It then lets the requests in progress finish, for
// two seconds at most, and returns nil. If it fails before that, it returns the error. It
// closes the connections of slow and idle peers, and does so earlier if there are many.
// On a loopback address it refuses requests for other hosts.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler:           localHosts(l, h),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    8 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // ends long polls
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

package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/registry"
)

// serveRegistry serves a registry on a free port until the test ends.
func serveRegistry(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, h) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return "http://" + l.Addr().String()
}

// watched is a registry that tells the test of every change, before it makes
// it, and waits until the test has looked.
type watched struct {
	store   *registry.Store
	url     string
	changes chan change
}

type change struct {
	path string
	goOn func()
}

func watchRegistry(t *testing.T) *watched {
	t.Helper()
	w := &watched{store: newStore(), changes: make(chan change)}
	h := registry.Handler(w.store)
	w.url = serveRegistry(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		seen := make(chan struct{})
		select {
		case w.changes <- change{r.URL.Path, func() { close(seen) }}:
			<-seen
		case <-t.Context().Done():
		}
		h.ServeHTTP(rw, r)
	}))
	return w
}

// next waits for the next change of this kind. Others go on.
func (w *watched) next(t *testing.T, path string) change {
	t.Helper()
	for timeout := time.After(10 * time.Second); ; {
		select {
		case c := <-w.changes:
			if c.path == path {
				return c
			}
			c.goOn()
		case <-timeout:
			require.FailNow(t, "the registry was never asked for "+path)
		}
	}
}

// requireServes makes a good call on a connection of its own.
func requireServes(t *testing.T, addr string) {
	t.Helper()
	c, err := dialTCP(addr)
	require.NoError(t, err)
	defer c.Close()
	requireProduct(t, c)
}

// entryIn returns an entry in a registry that is a handler in this process. Its serve must
// have closed the registry's client when the test ends.
func entryIn(t *testing.T, h http.Handler) *entry {
	t.Helper()
	transport := &inProcess{Handler: h}
	t.Cleanup(func() { require.True(t, transport.closed, "at the end serve closes the client of the registry") })
	client, err := registry.NewClient("http://127.0.0.1:8500", registry.ClientOptions{
		Transport: transport, Timeout: time.Hour, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	in := registry.Instance{Service: "Arith", ID: "a", Network: "tcp", Weight: 1, Metadata: make(map[string]string)}
	return &entry{in: in, client: client}
}

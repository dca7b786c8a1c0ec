package registry_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// watch returns a watcher of Arith, closed when the test ends.
func watch(t *testing.T, network *memnet.Network, opts registry.ClientOptions) registry.Watcher {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	w, err := newClient(t, network, opts).Watch(t.Context(), "Arith")
	require.NoError(t, err)
	t.Cleanup(func() { w.Close() })
	return w
}

// next returns the next snapshot, and how long it took to come.
func next(t *testing.T, w registry.Watcher) (registry.Snapshot, time.Duration) {
	t.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	snap, err := w.Next(ctx)
	require.NotErrorIs(t, err, context.DeadlineExceeded, "Next returned nothing for an hour: does poll return a state with Synced set?")
	require.NoError(t, err)
	return snap, time.Since(start)
}

// noneFor fails if there is another snapshot within d.
func noneFor(t *testing.T, w registry.Watcher, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	snap, err := w.Next(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded, "%+v", snap)
}

func ids(snap registry.Snapshot) string {
	var ids []string
	for _, in := range snap.Instances {
		ids = append(ids, in.ID)
	}
	return strings.Join(ids, " ")
}

// ending calls a function when it has been read to its end.
type ending struct {
	io.Reader
	end func()
}

func (e ending) Close() error { return nil }

func (e ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err == io.EOF {
		e.end()
	}
	return n, err
}

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// state is an answer of GET /services/{name}.
type state struct {
	Revision  uint64
	Instances []registry.Instance
}

// get asks for a service at once.
func get(t *testing.T, h http.Handler, service string) state {
	t.Helper()
	return decoded[state](t, send(h, http.MethodGet, "/services/"+service, "", ""))
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header { return d.header }

func (d discard) Write(p []byte) (int, error) { return len(p), nil }

func (d discard) WriteHeader(int) {}

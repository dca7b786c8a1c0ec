package registry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// host is the machine that a registry runs on: a test may cut its cable, and
// kill the registry and start it again.
type host struct {
	t       *testing.T
	opts    registry.Options
	network memnet.Network
	store   *registry.Store // of the registry that runs now
	stop    func()

	mu    sync.Mutex // guards the fields below
	away  bool
	bad   bool       // lists have malformed entries
	conns []net.Conn // to the registry
}

func newHost(t *testing.T, opts registry.Options) *host {
	h := &host{t: t, opts: opts}
	h.start()
	return h
}

func (h *host) start() {
	h.store = sweeping(h.t, h.opts)
	h.stop = serve(h.t, &h.network, h.poisoned(registry.Handler(h.store)))
}

// restart kills the registry and starts one that knows nothing.
func (h *host) restart() {
	h.hangUp()
	h.stop()
	time.Sleep(time.Millisecond) // no process is quicker
	h.start()
}

// cut makes the registry unreachable, or reachable again.
func (h *host) cut(away bool) {
	h.mu.Lock()
	h.away = away
	h.mu.Unlock()
	if away {
		h.hangUp()
	}
}

func (h *host) hangUp() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		c.Close()
	}
	h.conns = nil
}

func (h *host) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away {
		return nil, errors.New("no route to host")
	}
	c, err := h.network.DialContext(ctx, network, addr)
	if err == nil {
		h.conns = append(h.conns, c)
	}
	return c, err
}

// client returns a client of the registry, closed when the test ends.
func (h *host) client(opts registry.ClientOptions) *registry.Client {
	opts.Transport = &http.Transport{DialContext: h.dial}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return newClient(h.t, &h.network, opts)
}

// poison puts entries on the lists that no store would take.
func (h *host) poison(string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bad = true
}

func (h *host) poisoned(real http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		bad := h.bad
		h.mu.Unlock()
		if !bad || r.Method != http.MethodGet {
			real.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		real.ServeHTTP(answer, r)
		w.Write(bytes.Replace(answer.Body.Bytes(), []byte(`[`), []byte(`[7, null, {"network":"smoke signals"}, `), 1))
	})
}

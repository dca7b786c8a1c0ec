package registry_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/logtest"
	"example.com/workshop/stage02-registry/registry"
)

// The media types of a request.
const (
	asForm = "application/x-www-form-urlencoded"
	asJSON = "application/json"
)

// untimed returns a logger that writes to b, lines without a time.
func untimed(b *logtest.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// moments are the times at which something happened.
type moments struct {
	mu sync.Mutex // guards the field below
	at []time.Time
}

func (m *moments) note() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = append(m.at, time.Now())
}

// pauses returns the times between one and the next.
func (m *moments) pauses() []time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	var pauses []time.Duration
	for i := range m.at[1:] {
		pauses = append(pauses, m.at[i+1].Sub(m.at[i]))
	}
	return pauses
}

// noting returns h; note is called before each request for path.
func noting(h http.Handler, path string, note func()) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			note()
		}
		h.ServeHTTP(w, r)
	}
}

// slowly returns h behind a pause. Requests that their senders have given up
// are handled all the same, as those are that wait in a buffer.
func slowly(h http.Handler, pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		time.Sleep(pause)
		h.ServeHTTP(w, r)
	}
}

// changing is a handler that a test exchanges while it serves.
type changing struct {
	now atomic.Pointer[http.HandlerFunc]
}

func (c *changing) set(h http.HandlerFunc) { c.now.Store(&h) }

func (c *changing) ServeHTTP(w http.ResponseWriter, r *http.Request) { (*c.now.Load())(w, r) }

// send sends one request straight to the handler.
func send(h http.Handler, method, target, media, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// decoded returns an answer's body as what it must be: JSON.
func decoded[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v), w.Body)
	return v
}

// answer is what the handler says when it does not do what it was asked.
type answer struct{ Error, Field string }

// instance returns an instance with the defaults filled in, as a store lists it.
func instance(service, id, addr string) registry.Instance {
	return registry.Instance{Service: service, ID: id, Addr: addr, Network: "tcp", Weight: 1}
}

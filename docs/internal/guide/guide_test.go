package guide_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

// root is the repository, seen from this folder.
const root = "../../.."

// realDocs is the workshop's own text.
func realDocs() fs.FS { return os.DirFS("../..") }

// fixture is a text with one of each that a chapter may hold.
var fixture = os.DirFS("testdata/docs")

// real is a guide to the workshop's sources over docs.
func real(t *testing.T, docs fs.FS) *guide.Guide {
	t.Helper()
	g, err := guide.New(guide.Options{Docs: docs, Root: root, Stages: stages.All()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	return g
}

// guarded is such a guide behind the address of a server.
func guarded(t *testing.T, server *httptest.Server, docs fs.FS) http.Handler {
	t.Helper()
	addr, err := netip.ParseAddrPort(server.Listener.Addr().String())
	require.NoError(t, err)
	return guide.Guarded(addr, real(t, docs))
}

// get asks a handler for a page.
func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestSeveralReadersAtOnce(t *testing.T) {
	g := small(t)
	for _, path := range []string{"/docs/traps.md", "/diff/2", "/diff/2/2", "/search?q=lease", "/progress", "/assets/style.css", "/stage02-two/"} {
		start := make(chan struct{})
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() {
				w := httptest.NewRecorder()
				<-start
				g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d", path, w.Code)
				}
			})
		}
		close(start)
		readers.Wait()
	}
}

func contains(text, part string) bool { return strings.Contains(text, part) }

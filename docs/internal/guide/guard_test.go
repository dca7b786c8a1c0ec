package guide_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
)

func TestRequestsOfForeignPagesAndNamesAreRefused(t *testing.T) {
	h := guide.Guarded(netip.MustParseAddrPort("127.0.0.1:8600"), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, c := range []struct {
		host    string
		origins []string
		want    int
	}{
		{"127.0.0.1:8600", nil, 200},
		{"localhost:8600", nil, 200},
		{"[::1]:8600", nil, 200},
		{"127.0.0.1:8600", []string{"http://127.0.0.1:8600"}, 200},
		{"localhost:8600", []string{"http://localhost:8600"}, 200},
		{"evil.example:8600", nil, 403},
		{"127.0.0.1", nil, 403},
		{"127.0.0.1:8601", nil, 403},
		{"", nil, 403},
		{"127.0.0.1:8600", []string{"http://evil.example"}, 403},
		{"127.0.0.1:8600", []string{"https://127.0.0.1:8600"}, 403},
		{"127.0.0.1:8600", []string{"http://127.0.0.1:8601"}, 403},
		{"127.0.0.1:8600", []string{"null"}, 403},
		{"127.0.0.1:8600", []string{""}, 403},
		{"127.0.0.1:8600", []string{"http://127.0.0.1:8600", "http://evil.example"}, 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = c.host
		r.Header["Origin"] = c.origins
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, c.want, w.Code, "%s from %s", c.host, c.origins)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';")
	}
}

func TestAForeignPageCannotHaveThePagesAsPictures(t *testing.T) {
	h := guide.Guarded(netip.MustParseAddrPort("127.0.0.1:8600"), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for mode, want := range map[string]int{"navigate": 200, "no-cors": 403} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8600/search?q=lease", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Sec-Fetch-Mode", mode)
		r.Header.Set("Sec-Fetch-Dest", map[string]string{"navigate": "document", "no-cors": "image"}[mode])
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Code, mode)
	}
}

func TestOnlyAPageWithADiagramMayHaveInlineStyles(t *testing.T) {
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	server.Config.Handler = guarded(t, server, fixture)
	for path, inline := range map[string]bool{"/docs/stage03-heartbeat.md": true, "/docs/traps.md": false} {
		res, err := http.Get(server.URL + path)
		require.NoError(t, err)
		res.Body.Close()
		policy := res.Header.Get("Content-Security-Policy")
		require.Equal(t, inline, contains(policy, "style-src 'self' 'unsafe-inline'"), policy)
		require.NotContains(t, policy, "script-src 'self' ")
	}
}

func TestAFileThatIsSentToAPageIsNotStored(t *testing.T) {
	h := guide.Guarded(netip.MustParseAddrPort("127.0.0.1:8600"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Empty(t, r.FormValue("q"))
		require.Nil(t, r.MultipartForm)
	}))
	file := "--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + strings.Repeat("x", 1<<20) + "\r\n--b--\r\n"
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8600/search", strings.NewReader(file))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	h.ServeHTTP(httptest.NewRecorder(), r)
}

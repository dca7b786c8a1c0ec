package guide_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
)

// serve serves a guide until stop is called, and returns its address.
func serve(t *testing.T, g *guide.Guide) (url string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	l, err := guide.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- g.Serve(ctx, l, in) }()
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	addr, ok := strings.CutPrefix(strings.TrimSpace(first), "listening ")
	require.True(t, ok, first)
	require.Equal(t, l.Addr().String(), addr)
	return "http://" + addr, func() error { cancel(); return <-ended }
}

func TestTheFirstLineSaysWhereItListensAndTheEndIsNoError(t *testing.T) {
	url, stop := serve(t, real(t, fixture))
	res, err := http.Get(url + "/")
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "/docs/README.md", res.Request.URL.Path)
	require.NoError(t, stop())
	_, err = http.Get(url)
	require.Error(t, err)
}

func TestAMountedHandlerIsGuardedNamedAndStoppedInTheMiddleOfItsStream(t *testing.T) {
	g := real(t, fixture)
	g.Mount("/lab/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/lab/page" {
			g.Render(w, r, guide.Content{Title: "A lab", Body: "<p>It moves.</p>", Scripts: []string{"/lab/lab.js"}})
			return
		}
		_, _ = io.WriteString(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	url, stop := serve(t, g)

	page := body(t, url+"/lab/page")
	require.Contains(t, page, "<p>It moves.</p>")
	require.Contains(t, page, `<script src="/lab/lab.js" type="module">`)
	require.Contains(t, page, `<a href="/lab/">The lab</a>`)

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/lab/page", nil)
	require.NoError(t, err)
	r.Host = "evil.example"
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusForbidden, res.StatusCode)

	res, err = http.Get(url + "/lab/events")
	require.NoError(t, err)
	defer res.Body.Close()
	require.NoError(t, stop())
	_, err = io.ReadAll(res.Body)
	require.NoError(t, err, "the stream ends with the guide, and is not cut off after a second")
}

func body(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(text)
}

func TestItListensForThisMachineAlone(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "8600", ""} {
		_, err := guide.Listen(t.Context(), addr)
		require.ErrorAs(t, err, new(*guide.NotHereError), addr)
		require.ErrorContains(t, err, addr)
	}
	l, err := guide.Listen(t.Context(), "localhost:0")
	require.NoError(t, err)
	defer l.Close()
	_, err = guide.Listen(t.Context(), l.Addr().String())
	require.ErrorContains(t, err, "-listen "+l.Addr().String()+": ")
	require.ErrorContains(t, err, "; port 0 takes a free one")
}

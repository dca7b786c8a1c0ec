package embedded_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/mtls"
)

// ask sends a request to a node's gateway, and returns its response and the
// beginning of the body.
func ask(t *testing.T, addr, path, body string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "text/plain") // which a page may send without asking
	change(req)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	require.NoError(t, err)
	return resp, string(text)
}

// F8: a page on any site, and a name on any site that leads to 127.0.0.1.
func TestTheGatewayIsForProgramsAndNotForPages(t *testing.T) {
	t.Parallel()
	n := etcdtest.Start(t, mtls.Files{})
	client := etcdtest.Client(t, mtls.Files{}, n.Addr())
	const put = `{"key":"aw==","value":"dg=="}` // k and v
	_, port, err := net.SplitHostPort(n.Addr())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"a program":                      {func(*http.Request) {}, http.StatusOK},
		"a program by another name":      {func(r *http.Request) { r.Host = "localhost:" + port }, http.StatusOK},
		"a page of another site":         {func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") }, http.StatusForbidden},
		"a page without an origin":       {func(r *http.Request) { r.Header.Set("Origin", "null") }, http.StatusForbidden},
		"a page at the node's own":       {func(r *http.Request) { r.Header.Set("Origin", "http://"+n.Addr()) }, http.StatusForbidden},
		"a name that leads to this host": {func(r *http.Request) { r.Host = "evil.example:" + port }, http.StatusMisdirectedRequest},
	} {
		t.Run(name, func(t *testing.T) {
			resp, text := ask(t, n.Addr(), "/v3/kv/put", put, c.change)
			require.Equal(t, c.want, resp.StatusCode, "%s", text)
			require.NotContains(t, []string{"*", "null", "http://evil.example"}, resp.Header.Get("Access-Control-Allow-Origin"))
			removed, err := client.Delete(t.Context(), "k")
			require.NoError(t, err)
			require.Equal(t, c.want == http.StatusOK, removed.Deleted == 1, "written")
		})
	}
}

func TestANodeOnEveryInterfaceHasTheNameOfItsMachine(t *testing.T) {
	t.Parallel()
	opts := embedded.Quick()
	opts.Listen = "0.0.0.0:0"
	n, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { n.Close() })
	name, err := os.Hostname()
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(n.Addr())
	require.NoError(t, err)
	for host, want := range map[string]int{name: http.StatusOK, "evil.example": http.StatusMisdirectedRequest} {
		resp, text := ask(t, "127.0.0.1:"+port, "/v3/kv/range", `{"key":"aw=="}`, func(r *http.Request) { r.Host = host })
		require.Equal(t, want, resp.StatusCode, "%s: %s", host, text)
	}
}

// A browser lets every page open a WebSocket to every host.
func TestNoPageWatchesByAWebSocket(t *testing.T) {
	t.Parallel()
	n := etcdtest.Start(t, mtls.Files{})
	for origin, want := range map[string]string{"": `"created":true`, "Origin: http://evil.example\r\n": "answers no web page"} {
		conn, err := net.Dial("tcp", n.Addr())
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
		_, err = io.WriteString(conn, "GET /v3/watch HTTP/1.1\r\nHost: "+n.Addr()+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"+origin+"\r\n")
		require.NoError(t, err)
		from := bufio.NewReader(conn)
		resp, err := http.ReadResponse(from, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
		const ask = `{"create_request":{"key":"aw=="}}`
		_, err = conn.Write(append([]byte{0x81, 0x80 | byte(len(ask)), 0, 0, 0, 0}, ask...)) // a text, masked with zeros
		require.NoError(t, err)
		got, err := from.ReadString('}')
		require.NoError(t, err, "%q", got)
		for !strings.Contains(got, want) {
			more, err := from.ReadString('}')
			got += more
			require.NoError(t, err, "%q", got)
		}
	}
}

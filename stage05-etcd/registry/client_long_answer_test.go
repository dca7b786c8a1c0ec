package registry_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// An error is logged, and net/http quotes in it what it could not read.
func TestAnAnswerThatIsNoHTTPMakesNoLongError(t *testing.T) {
	for want, answer := range map[string]string{
		"malformed HTTP response": strings.Repeat("\x1b", 60_000) + "\r\n\r\n",
		"headers exceeded 65536":  "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100_000) + "\r\nContent-Length: 0\r\n\r\n",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				io.WriteString(conn, answer)
				conn.Close()
			}
		}))
		c, err := registry.NewClient("http://"+l.Addr().String(), registry.ClientOptions{})
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Instances(t.Context(), "Arith")
		require.ErrorContains(t, err, want)
		require.Less(t, len(err.Error()), 2000)
	}
}

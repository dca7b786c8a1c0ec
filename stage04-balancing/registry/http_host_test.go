package registry_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// serveOn serves a registry on a real listener until the test ends.
func serveOn(t *testing.T, listen string) (s *registry.Store, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", listen)
	require.NoError(t, err)
	s = newStore()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, registry.Handler(s)) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return s, l.Addr().String()
}

// sendFor sends a request for a host to whoever listens at addr, as a page of
// that host would: it is of the same site.
func sendFor(t *testing.T, addr, host, method, path string) (code int, body string) {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+addr+path, strings.NewReader("name=Arith&addr=127.0.0.1:1"))
	require.NoError(t, err)
	r.Host = host
	r.Header.Set("Content-Type", asForm)
	r.Header.Set("Origin", "http://"+host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	client := http.Client{Transport: new(http.Transport)}
	defer client.CloseIdleConnections()
	resp, err := client.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text)
}

func TestOnLoopbackAnotherHostsNameIsRefused(t *testing.T) {
	s, addr := serveOn(t, "127.0.0.1:0")
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	for _, host := range []string{
		"elsewhere.example", "elsewhere.example:" + port, "localhost.elsewhere.example", "127.0.0.1.elsewhere.example:80",
		"10.0.0.1:" + port, "0.0.0.0:" + port, "[2001:db8::1]:" + port, "elsewhere.localhost:" + port,
	} {
		for method, path := range map[string]string{http.MethodGet: "/services", http.MethodPost: "/register"} {
			code, body := sendFor(t, addr, host, method, path)
			require.Equal(t, http.StatusForbidden, code, "%s %s: trap F8: a page whose name leads to 127.0.0.1 reads and changes the list", method, host)
			require.JSONEq(t, fmt.Sprintf(`{"error":"\"%s\" is not this machine: want localhost, 127.0.0.1 or [::1] as the host"}`, host), body)
		}
	}
	require.Empty(t, s.Services())
}

func TestOnLoopbackEveryNameOfItIsAnswered(t *testing.T) {
	_, addr := serveOn(t, "127.0.0.1:0")
	for _, host := range []string{
		addr, "127.0.0.1", "localhost", "localhost:8500", "LOCALHOST:1", "127.1.2.3:80", "[::1]", "[::1]:8500", "[::ffff:127.0.0.1]:80",
	} {
		code, body := sendFor(t, addr, host, http.MethodGet, "/services")
		require.Equal(t, http.StatusOK, code, "%s: %s", host, body)
	}
}

func TestBeyondLoopbackEveryHostIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		conn := connect(t, &network)
		_, err := io.WriteString(conn, "GET /services HTTP/1.1\r\nHost: registry.example\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		require.Contains(t, untilClosed(t, conn), "200 OK")
	})
}

func TestAPageOfAnotherSiteChangesNothing(t *testing.T) {
	for header, value := range map[string]string{"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site"} {
		s := newStore()
		r := httptest.NewRequest(http.MethodPost, "/register", strings.NewReader("name=Arith&addr=127.0.0.1:1"))
		r.Header.Set("Content-Type", asForm)
		r.Header.Set(header, value)
		w := httptest.NewRecorder()
		registry.Handler(s).ServeHTTP(w, r)
		require.Equal(t, http.StatusForbidden, w.Code, header)
		require.Equal(t, answer{Error: "a page of another site may change nothing"}, decoded[answer](t, w))
		require.Empty(t, s.Services(), "trap F8: a form on any web page registers an instance at localhost")
	}
}

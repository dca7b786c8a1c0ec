package proxy_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proxy"
)

// brief is how long a test waits for what must not come.
const brief = 50 * time.Millisecond

// cluster is three nodes behind their proxies. What is sent to a node's channel goes out
// on its streams.
type cluster struct {
	group   proxy.Group
	peers   []*proxy.Peer
	servers []*httptest.Server
	streams []chan string
	client  http.Client
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{client: http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	var targets []string
	for i := range 3 {
		lines := make(chan string)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/raft/stream" {
				body, _ := io.ReadAll(r.Body)
				fmt.Fprintf(w, "%d heard %s", i, body)
				return
			}
			w.(http.Flusher).Flush()
			for {
				select {
				case line := <-lines:
					fmt.Fprintln(w, line)
					w.(http.Flusher).Flush()
				case <-r.Context().Done():
					return
				}
			}
		}))
		t.Cleanup(server.Close)
		c.servers, c.streams = append(c.servers, server), append(c.streams, lines)
		targets = append(targets, strings.TrimPrefix(server.URL, "http://"))
	}
	var err error
	c.peers, err = c.group.Peers(targets...)
	require.NoError(t, err)
	t.Cleanup(func() {
		c.group.Close()
		requireNothingLeft(t)
	})
	return c
}

// ask has one node ask another; from -1 it does not say who asks.
func (c *cluster) ask(ctx context.Context, from, to int, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.peers[to].Addr()+path, strings.NewReader("hello"))
	if err != nil {
		return nil, err
	}
	if from >= 0 {
		req.Header.Set("X-PeerURLs", "http://"+c.peers[from].Addr())
	}
	return c.client.Do(req)
}

func (c *cluster) requireAnswer(t *testing.T, from, to int) {
	t.Helper()
	resp, err := c.ask(t.Context(), from, to, "/raft")
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(to, " heard hello"), string(text))
}

func (c *cluster) requireSilence(t *testing.T, from, to int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), brief)
	defer cancel()
	_, err := c.ask(ctx, from, to, "/raft")
	require.ErrorIs(t, err, context.DeadlineExceeded, "from %d to %d", from, to)
}

func TestANodeIsCutOffBothWays(t *testing.T) {
	c := newCluster(t)
	c.requireAnswer(t, 0, 1)
	c.peers[1].Swallow()
	c.requireSilence(t, 0, 1)
	c.requireSilence(t, 1, 0)
	c.requireSilence(t, 1, 2)
	c.requireAnswer(t, 0, 2)
	c.requireAnswer(t, 2, 0)
	c.requireAnswer(t, -1, 0) // who does not say who it is belongs to nobody
	c.peers[1].Pass()
	c.requireAnswer(t, 0, 1)
	c.requireAnswer(t, 1, 0)
}

func TestAStreamIsSilentWhileEitherEndIsCutOffAndLosesNothing(t *testing.T) {
	c := newCluster(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	resp, err := c.ask(ctx, 0, 1, "/raft/stream")
	require.NoError(t, err)
	defer resp.Body.Close()
	heard := make(chan string, 10)
	go func() {
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			heard <- lines.Text()
		}
		close(heard)
	}()
	c.streams[1] <- "one"
	require.Equal(t, "one", <-heard)
	for _, end := range []int{0, 1} {
		c.peers[end].Swallow()
		c.streams[1] <- "more"
		select {
		case line := <-heard:
			require.Fail(t, "it is cut off", line)
		case <-time.After(brief):
		}
		c.peers[end].Pass()
		require.Equal(t, "more", <-heard)
	}
	cancel()
	for range heard { // it ends with who asked for it
	}
}

func TestADeadNodeEndsTheConnectionAndSaysNothing(t *testing.T) {
	c := newCluster(t)
	c.servers[2].Close()
	_, err := c.ask(t.Context(), 0, 2, "/raft")
	require.ErrorIs(t, err, io.EOF)
}

func TestAClosedGroupEndsWhatIsCutOff(t *testing.T) {
	c := newCluster(t)
	c.peers[1].Swallow()
	asked := make(chan error, 1)
	go func() {
		_, err := c.ask(t.Context(), 0, 1, "/raft")
		asked <- err
	}()
	select {
	case err := <-asked:
		require.Fail(t, "it is cut off", err)
	case <-time.After(brief):
	}
	c.group.Close()
	require.ErrorIs(t, <-asked, io.EOF)
	_, err := c.group.Peers("127.0.0.1:1")
	require.ErrorIs(t, err, proxy.ErrClosed)
}

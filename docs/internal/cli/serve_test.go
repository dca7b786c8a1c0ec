package cli_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutACommandItServesThePagesUntilItIsStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	var stderr strings.Builder
	status := make(chan int, 1)
	go func() {
		status <- app(repository(t), in, &stderr).Run(ctx, []string{"-listen", "127.0.0.1:0"})
		in.Close()
	}()
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	addr, ok := strings.CutPrefix(strings.TrimSpace(first), "listening ")
	require.True(t, ok, first)
	second, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "http://"+addr+"\n", second)
	go func() { _, _ = io.Copy(io.Discard, lines) }()

	res, err := http.Get("http://" + addr)
	require.NoError(t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "<h1 id=\"the-way-through\">The way through</h1>")

	stop()
	require.Zero(t, <-status, "to stop it is no failure")
	require.Empty(t, stderr.String())
}

func TestAPortThatIsTakenIsOneLine(t *testing.T) {
	root := repository(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	status, stdout, stderr := docs(t, root, "-listen", l.Addr().String())
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	require.Regexp(t, `^docs: -listen `+l.Addr().String()+`: .*; port 0 takes a free one\n$`, stderr)
}

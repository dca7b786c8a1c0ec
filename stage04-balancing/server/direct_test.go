package server_test

import (
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

func TestAReplyThatIsWrittenAtOnceBeginsTheIdleTimeToo(t *testing.T) {
	const limit = 500 * time.Millisecond
	_, addr := tcp(t, "tcp", server.Options{IdleTimeout: limit})
	c, err := rpc.Dial("tcp", addr)
	require.NoError(t, err)
	defer c.Close()
	for range 60 { // so many that the next reply is tried
		requireWorks(t, c, "alone")
	}
	require.NoError(t, c.Call("Odd.Slow", limit*19/10, new(bool)))
	time.Sleep(limit / 5) // beyond the limit after the request, and not after the reply
	requireWorks(t, c, "idle for a fifth of the limit")
}

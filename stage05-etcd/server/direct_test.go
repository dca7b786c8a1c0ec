package server_test

import (
	"net/rpc"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/server"
)

func TestAReplyThatIsWrittenAtOnceBeginsTheIdleTimeToo(t *testing.T) {
	const limit = 500 * time.Millisecond
	_, addr := tcp(t, "tcp", server.Options{IdleTimeout: limit})
	for range 20 {
		began := time.Now()
		err := idleAfterReplies(addr, limit)
		if err == nil || time.Since(began) < limit*5/2 { // or else the machine stood still, and the limit passed
			require.NoError(t, err, "idle for a fifth of the limit")
			return
		}
	}
	require.Fail(t, "the machine is too slow")
}

// idleAfterReplies makes calls until the next reply is written at once, then one that lasts
// almost until the connection has been there for twice the limit, and one soon after that.
func idleAfterReplies(addr string, limit time.Duration) error {
	opened := time.Now()
	c, err := rpc.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	for range 500 { // so many that the next reply is tried
		if err := c.Call("Odd.Slow", time.Duration(0), new(bool)); err != nil {
			return err
		}
	}
	if err := c.Call("Odd.Slow", limit*19/10-time.Since(opened), new(bool)); err != nil {
		return err
	}
	time.Sleep(limit / 5) // beyond the limit after the request, and not after the reply
	return c.Call("Odd.Slow", time.Duration(0), new(bool))
}

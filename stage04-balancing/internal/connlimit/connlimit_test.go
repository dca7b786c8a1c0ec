package connlimit_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/connlimit"
)

func TestTheOneThatWasRenewedTheLongestAgoMakesRoom(t *testing.T) {
	limit, a, b, c, d := connlimit.New(2), new(net.TCPConn), new(net.TCPConn), new(net.TCPConn), new(net.TCPConn)
	require.Nil(t, limit.Add(a))
	require.Nil(t, limit.Add(b))
	limit.Renew(a)
	require.Same(t, b, limit.Add(c))
	limit.Keep(a)
	require.Same(t, c, limit.Add(b), "a is kept")
	limit.Renew(a)
	require.Same(t, b, limit.Add(c), "a is kept no more, and was renewed later")
	for _, conn := range []net.Conn{a, c} {
		limit.Keep(conn)
	}
	require.Same(t, d, limit.Add(d), "the newcomer itself, if all others are kept")
	limit.Renew(d) // which is there no more
	limit.Remove(a)
	require.Nil(t, limit.Add(b), "there is room")
}

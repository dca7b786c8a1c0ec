package embedded_test

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

func TestPortsAreNoneThatTheSystemGivesToClients(t *testing.T) {
	for clients, first := range map[string]int{
		"":               20000, // unknown
		"32768\t60999\n": 20000, // Linux's default
		"49152 65535":    20000,
		"29999 60999":    19999,
		"15000 60999":    5000,
		"10000 40000":    40001,
		"1024 65535":     20000, // there are no others
		"30000 60999":    20000,
		"5000 19999":     20000,
	} {
		got, last := embedded.PortsOutside(clients)
		require.Equal(t, first, got, "%q", clients)
		require.Equal(t, first+9999, last, "%q", clients)
	}
}

func TestFreePortsAreAllDifferentAndFree(t *testing.T) {
	addrs, err := embedded.FreePorts(20)
	require.NoError(t, err)
	for _, addr := range addrs {
		l, err := net.Listen("tcp", addr)
		require.NoError(t, err)
		defer l.Close() // only then, so that the same one twice fails
	}
}

// 10048 is Windows's WSAEADDRINUSE, which syscall.EADDRINUSE is not there.
func TestAPortInUseIsKnownByTheErrorsOfAllSystems(t *testing.T) {
	for _, number := range []syscall.Errno{syscall.EADDRINUSE, 10048} {
		require.True(t, embedded.PortTaken(&net.OpError{Op: "listen", Err: os.NewSyscallError("bind", number)}), "%d", number)
	}
	require.False(t, embedded.PortTaken(nil))
	require.False(t, embedded.PortTaken(errors.New("no disk")))
}

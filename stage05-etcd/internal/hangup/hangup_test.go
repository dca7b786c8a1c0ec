package hangup_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/hangup"
)

// read is how package net returns what the system says of a read.
func read(errno syscall.Errno) error {
	return fmt.Errorf("handshake: %w", &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", errno)})
}

func TestAPeerHungUpIfItClosedOrResetTheConnection(t *testing.T) {
	for name, err := range map[string]error{
		"closed":                   io.EOF,
		"closed amid a message":    io.ErrUnexpectedEOF,
		"reset":                    read(syscall.ECONNRESET),
		"reset, as Windows has it": read(10054),
	} {
		require.True(t, hangup.Is(err), name)
	}
	for name, err := range map[string]error{
		"no error":             nil,
		"closed by this side":  net.ErrClosed,
		"the deadline is over": os.ErrDeadlineExceeded,
		"the context is over":  context.Canceled,
		"refused":              read(syscall.ECONNREFUSED),
	} {
		require.False(t, hangup.Is(err), name)
	}
}

func TestAConnectionThatIsResetHasAPeerThatHungUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer near.Close()
	far, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, far.(*net.TCPConn).SetLinger(0)) // makes Close a reset
	require.NoError(t, far.Close())
	_, err = near.Read(make([]byte, 1))
	require.NotErrorIs(t, err, io.EOF)
	require.True(t, hangup.Is(err), err)
}

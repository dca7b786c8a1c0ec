package client_test

import (
	"errors"
	"net"
	"net/rpc"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestACallErrorSaysWhatFailedAndWhere(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, Err: syscall.ECONNREFUSED}
	broken := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	for want, err := range map[string]*client.CallError{
		"Arith.Divide on host:1: divide by zero":                       {Op: "Arith.Divide", Addr: "host:1", Err: rpc.ServerError("divide by zero")},
		"dial on host:1: not a net/rpc server: 404":                    {Op: "dial", Addr: "host:1", Err: errors.New("not a net/rpc server: 404")},
		"dial tcp 127.0.0.1:1: " + syscall.ECONNREFUSED.Error():        {Op: "dial", Addr: "127.0.0.1:1", Err: refused},
		"Arith.Sum on host:1: read tcp: " + syscall.ECONNRESET.Error(): {Op: "Arith.Sum", Addr: "host:1", Err: broken},
	} {
		require.EqualError(t, err, want)
		require.Equal(t, err.Err, errors.Unwrap(err))
	}
}

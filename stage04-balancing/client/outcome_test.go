package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestOutcomesOfErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want client.Outcome
	}{
		{nil, client.Acknowledged},
		{rpc.ServerError("divide by zero"), client.Refused},
		{fmt.Errorf("wrapped: %w", rpc.ServerError("divide by zero")), client.Refused},
		{context.DeadlineExceeded, client.TimedOut},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, client.TimedOut},
		{&net.OpError{Op: "dial", Err: fmt.Errorf("wrapped: %w", context.DeadlineExceeded)}, client.TimedOut},
		{context.Canceled, client.Unreachable},
		{rpc.ErrShutdown, client.Unreachable},
		{io.ErrUnexpectedEOF, client.Unreachable},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, client.Unreachable},
		{errors.New("anything"), client.Unreachable},
	} {
		require.Equal(t, tt.want, client.OutcomeOf(tt.err), "%v", tt.err)
		if tt.err != nil {
			require.Equal(t, tt.want, client.OutcomeOf(&client.CallError{Err: tt.err}), "%v", tt.err)
		}
	}
}

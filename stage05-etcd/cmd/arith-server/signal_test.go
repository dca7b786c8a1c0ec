//go:build unix

package main

import (
	"fmt"
	"net/rpc"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/internal/cmdtest"
)

// callInProgress starts a call and returns when the server has begun it. A
// server reads the requests of a connection one after the other, so when it
// has answered the second, it has read the first.
func callInProgress(t *testing.T, addr string, product *int) (*rpc.Client, *rpc.Call) {
	t.Helper()
	c, err := dialTCP(addr)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	call := c.Go("Arith.Multiply", arith.Args{A: 7, B: 8}, product, make(chan *rpc.Call, 1))
	require.ErrorContains(t, c.Call("Arith.NoSuchMethod", 0, nil), "can't find method")
	return c, call
}

func TestASignalDrainsTheCallInProgressAndExitsWith0(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(fmt.Sprint(sig), func(t *testing.T) {
			t.Parallel()
			p := serve(t, "-delay", "300ms")
			var product int
			c, call := callInProgress(t, p.Addr(), &product)
			p.Signal(sig)
			require.NoError(t, (<-call.Done).Error, "the server has cut off a call that it had accepted")
			require.Equal(t, 56, product)
			c.Close() // the server waits a moment for that
			require.Equal(t, cmdtest.Outcome{Code: 0}, p.Wait())
		})
	}
}

// TestTheSecondSignalEndsTheServerAtOnce though a call is in progress, for
// which a single signal would wait.
func TestTheSecondSignalEndsTheServerAtOnce(t *testing.T) {
	t.Parallel()
	p := serve(t, "-delay", "1m")
	callInProgress(t, p.Addr(), new(int))
	go func() { // an impatient user
		for p.Cmd.Process.Signal(os.Interrupt) == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	require.Equal(t, cmdtest.Outcome{Code: -1}, p.Wait())
	status := p.Cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.Equal(t, syscall.SIGINT, status.Signal(), "the server was not ended by the signal")
}

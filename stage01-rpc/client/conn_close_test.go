package client_test

import (
	"context"
	"io"
	"net"
	"net/rpc"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/client"
)

func TestCloseEndsTheCallsInProgressAndAllLaterOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		n.peer(t, "host:2", func(c net.Conn) { <-t.Context().Done() }) // reads nothing
		n.peer(t, "host:3", func(c net.Conn) {                         // answers the first call by half
			readRequest(c)
			go io.Copy(io.Discard, c)
			c.Write(answer()[:len(answer())-1])
			<-t.Context().Done()
		})
		for _, addr := range []string{"host:1", "host:2", "host:3"} {
			c := n.dial(t, addr, "tcp")
			inFlight := []*client.Call{
				c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool)),
				c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool)),
				c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool)),
			}
			synctest.Wait()
			began := time.Now()
			require.NoError(t, c.Close())
			requireBroken(t, c)
			for _, call := range inFlight {
				require.ErrorIs(t, (<-call.Done).Err, rpc.ErrShutdown)
			}
			require.Zero(t, time.Since(began))
			require.ErrorIs(t, c.Call(t.Context(), "Odd.Slow", time.Second, new(bool)), rpc.ErrShutdown)
			require.NoError(t, c.Close(), "closing twice")
		}
		time.Sleep(time.Hour) // the methods that were left behind
	})
}

func TestCloseEndsTheCallsInProgressOnARealSocketToo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	sent := make(chan struct{})
	go func() {
		if c, err := l.Accept(); err == nil {
			defer c.Close()
			readRequest(c)
			close(sent)
			io.Copy(io.Discard, c)
		}
	}()
	c, err := client.Dial(t.Context(), "tcp", l.Addr().String(), client.Options{})
	require.NoError(t, err)
	inFlight := c.Go(context.Background(), "Odd.Slow", time.Hour, new(bool))
	<-sent
	require.NoError(t, c.Close())
	requireBroken(t, c)
	require.ErrorIs(t, (<-inFlight.Done).Err, rpc.ErrShutdown)
	require.NoError(t, c.Close(), "closing twice")
}

func TestAnErrorOfTheConnectionLetsNoOtherCallBegin(t *testing.T) {
	for _, tt := range []struct {
		name, network string
		args, reply   any
	}{
		{"arguments that cannot be encoded", "tcp", func() {}, new(bool)},
		{"arguments that cannot be encoded", "jsonrpc", func() {}, new(bool)},
		{"a reply of another type", "tcp", time.Second, new(string)},
		{"a reply of another type", "jsonrpc", time.Second, new(string)},
	} {
		t.Run(tt.network+", "+tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n nodes
				n.serve(t, "host:1", tt.network)
				c := n.dial(t, "host:1", tt.network)
				err := c.Call(t.Context(), "Odd.Slow", tt.args, tt.reply)
				require.Error(t, err)
				require.NotErrorIs(t, err, rpc.ErrShutdown)
				requireBroken(t, c)
				require.ErrorIs(t, c.Call(t.Context(), "Odd.Slow", time.Second, new(bool)), rpc.ErrShutdown)
				require.NoError(t, c.Close())
			})
		})
	}
}

func TestAReplyOfAnotherTypeThatComesLateDoesNotKeepCloseFromEnding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nodes
		n.serve(t, "host:1", "tcp")
		c := n.dial(t, "host:1", "tcp")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Call(ctx, "Odd.Slow", time.Minute, new(string)), context.DeadlineExceeded)
		time.Sleep(time.Hour) // net/rpc reads no more, and has told nobody
		require.NoError(t, c.Close())
	})
}

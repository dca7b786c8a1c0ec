package server_test

import (
	"context"
	"io"
	"net/rpc"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/server"
)

func TestShutdownWaitsForACallInFlightAndTakesNoMore(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				c := h.client(t, network)
				began := time.Now()
				var slept bool
				slow := c.Go("Odd.Slow", 4*time.Second, &slept, nil)
				time.Sleep(time.Second)
				down := make(chan error, 1)
				go func() { down <- h.Shutdown(t.Context()) }()
				synctest.Wait()

				_, err := h.network.DialContext(t.Context(), "tcp", "host:1")
				require.Error(t, err, "the listener is closed at once")
				require.Equal(t, server.ErrServerClosed, <-h.served)
				later := make(chan error, 1)
				go func() { later <- c.Call("Odd.Slow", time.Nanosecond, new(bool)) }()
				require.NoError(t, (<-slow.Done).Error, seeN7)
				require.True(t, slept)
				require.NoError(t, <-down)
				require.Equal(t, 4*time.Second, time.Since(began), "Shutdown returns with the last reply")
				require.Error(t, <-later, "a call after the shutdown began")
				require.Equal(t, 4*time.Second, time.Since(began))
			})
		})
	}
}

func TestShutdownLosesNoneOfAHundredCallsInFlight(t *testing.T) {
	for network, dial := range dialTCP {
		t.Run(network, func(t *testing.T) {
			h, addr := tcp(t, network, server.Options{})
			gate := &Gate{make(chan struct{}), make(chan struct{})}
			require.NoError(t, h.Register(gate))
			done := make(chan *rpc.Call, 100)
			var clients []*rpc.Client
			for range 4 {
				c, err := dial("tcp", addr)
				require.NoError(t, err)
				clients = append(clients, c)
				for n := range 25 {
					c.Go("Gate.Pass", n, new(int), done)
				}
			}
			for range 100 {
				<-gate.waiting
			}
			down := make(chan error, 1)
			go func() { down <- h.Shutdown(t.Context()) }()
			require.Equal(t, server.ErrServerClosed, <-h.served)
			close(gate.open)
			for range 100 {
				call := <-done
				require.NoError(t, call.Error, seeN7)
				require.Equal(t, call.Args, *call.Reply.(*int))
			}
			for _, c := range clients {
				c.Close() // or the server lingers
			}
			require.NoError(t, <-down)
		})
	}
}

func TestShutdownServesTheRequestsThatItHasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		conn := h.dial(t)
		var pipeline []any
		for seq := range uint64(3) {
			pipeline = append(pipeline, rpc.Request{ServiceMethod: "Odd.Slow", Seq: seq}, time.Duration(seq+1)*time.Second)
		}
		_, err := io.WriteString(conn, gobOf(t, pipeline...)) // one burst: all are in the server's buffer
		require.NoError(t, err)
		go h.Shutdown(t.Context())
		got := replies(t, conn)
		require.Empty(t, cmp.Diff(got, []header{{Seq: 0}, {Seq: 1}, {Seq: 2}}), seeN7)
	})
}

func TestShutdownHangsUpOnIdleConnectionsAtOnce(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				silent, used := h.dial(t), h.client(t, network)
				requireWorks(t, used, "before")
				began := time.Now()
				require.NoError(t, h.Shutdown(t.Context()))
				require.Zero(t, time.Since(began), seeN7)
				_, err := silent.Read(make([]byte, 1))
				require.Equal(t, io.EOF, err)
				synctest.Wait()
				require.Equal(t, rpc.ErrShutdown, used.Call("Odd.Slow", time.Second, new(bool)))
			})
		})
	}
}

func TestShutdownCutsOffWhatOutlastsItsDeadlineAndSaysSo(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{})
				stuck, stuckToo := h.client(t, network), h.client(t, network)
				calls := []*rpc.Call{
					stuck.Go("Odd.Slow", time.Hour, new(bool), nil),
					stuckToo.Go("Odd.Slow", time.Hour, new(bool), nil),
				}
				h.client(t, network) // idle, so not cut off
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				began := time.Now()
				err := h.Shutdown(ctx)
				require.EqualError(t, err, "server: 2 connections cut off: context deadline exceeded", seeN7)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, 5*time.Second, time.Since(began), "Shutdown must return when its ctx ends, and not wait for the methods that still run; "+seeN7)
				for _, call := range calls {
					require.Equal(t, io.ErrUnexpectedEOF, (<-call.Done).Error, "when its ctx ends, Shutdown must close the connections that are left: their callers wait otherwise; "+seeN7)
				}
				require.Equal(t, 5*time.Second, time.Since(began))
				require.NoError(t, h.Shutdown(t.Context()))
				require.Equal(t, time.Hour, time.Since(began), "a second one waits for the methods that were left behind")
			})
		})
	}
}

func TestShutdownWithoutConnectionsReturnsAtOnceEveryTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		began := time.Now()
		for range 3 {
			require.NoError(t, h.Shutdown(t.Context()))
		}
		require.Zero(t, time.Since(began))
	})
}

func TestEveryShutdownWaitsForTheCallsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{})
		slow := h.client(t, "tcp").Go("Odd.Slow", 10*time.Second, new(bool), nil)
		time.Sleep(time.Second)
		began := time.Now()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if err := h.Shutdown(t.Context()); err != nil || time.Since(began) != 9*time.Second {
					t.Errorf("Shutdown returned %v after %v", err, time.Since(began))
				}
			})
		}
		all.Wait()
		require.NoError(t, (<-slow.Done).Error)
	})
}

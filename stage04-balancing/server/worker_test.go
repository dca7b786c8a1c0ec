package server_test

import (
	"encoding/gob"
	"io"
	"net"
	"net/rpc"
	"reflect"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

// slowOnes returns n requests for calls of a second each, in one burst.
func slowOnes(t testing.TB, n uint64) string {
	var requests []any
	for seq := range n {
		requests = append(requests, rpc.Request{ServiceMethod: "Odd.Slow", Seq: seq}, time.Second)
	}
	return gobOf(t, requests...)
}

func TestNoMoreCallsRunAtOnceThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := start(t, "tcp", server.Options{MaxCalls: 2}).dial(t)
		began := time.Now()
		_, err := io.WriteString(conn, slowOnes(t, 5))
		require.NoError(t, err)
		var got []time.Duration
		replies := gob.NewDecoder(conn)
		for range 5 {
			require.NoError(t, replies.Decode(new(rpc.Response)))
			require.NoError(t, replies.DecodeValue(reflect.Value{})) // skips the body
			got = append(got, time.Since(began))
		}
		want := []time.Duration{time.Second, time.Second, 2 * time.Second, 2 * time.Second, 3 * time.Second}
		require.Empty(t, cmp.Diff(got, want), seeN5)
	})
}

func TestTheLimitOfCallsIsForCallsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, "tcp", server.Options{MaxCalls: 2}).client(t, "tcp")
		for range 5 {
			require.NoError(t, c.Call("Odd.Slow", time.Second, new(bool)))
		}
	})
}

func TestTheLimitOfCallsIsPerConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxCalls: 1})
		first, second := h.client(t, "tcp"), h.client(t, "tcp")
		slow := first.Go("Odd.Slow", time.Hour, new(bool), nil)
		synctest.Wait()
		began := time.Now()
		requireWorks(t, second, "while the other connection is at its limit")
		require.Zero(t, time.Since(began))
		require.NoError(t, (<-slow.Done).Error)
	})
}

func TestCallsOfManyPeersHaveABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxAllCalls: 4})
		for range 2 { // the second time after all that was taken is given back
			began := time.Now()
			answered := make(chan time.Duration)
			var conns []net.Conn
			for range 3 {
				conn := h.dial(t)
				conns = append(conns, conn)
				go io.WriteString(conn, slowOnes(t, 16))
				go func() {
					replies := gob.NewDecoder(conn)
					for range 16 {
						replies.Decode(new(rpc.Response))
						replies.DecodeValue(reflect.Value{}) // skips the body
						answered <- time.Since(began)
					}
				}()
			}
			got := make(map[time.Duration]int)
			for range 3 * 16 {
				got[<-answered]++
			}
			want := map[time.Duration]int{time.Second: 3*8 + 4, 2 * time.Second: 3*8 - 4}
			require.Empty(t, cmp.Diff(got, want), "8 on each connection, and 4 besides; "+seeN5)
			for _, conn := range conns {
				conn.Close()
			}
			synctest.Wait()
		}
	})
}

func TestTheWorkersThatOnePeerKeepsLeaveRoomForTheCallsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxAllCalls: 40})
		for _, n := range []int{48, 24} {
			c := h.client(t, "tcp")
			began := time.Now()
			done := make(chan *rpc.Call, n)
			for range n {
				c.Go("Odd.Slow", time.Second, new(bool), done)
			}
			for range n {
				require.NoError(t, (<-done).Error)
			}
			require.Equal(t, time.Second, time.Since(began), "%d calls", n)
			synctest.Wait()
		}
	})
}

func TestShutdownServesTheRequestsThatWaitForAWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxCalls: 1})
		conn := h.dial(t)
		_, err := io.WriteString(conn, slowOnes(t, 3)) // two wait in the server's buffer
		require.NoError(t, err)
		synctest.Wait()
		go h.Shutdown(t.Context())
		require.Empty(t, cmp.Diff(replies(t, conn), []header{{Seq: 0}, {Seq: 1}, {Seq: 2}}), seeN7)
	})
}

func TestABurstIsServedAtOnceAndItsWorkersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, "tcp", server.Options{}).client(t, "tcp")
		requireWorks(t, c, "the first call")
		synctest.Wait()
		before := runtime.NumGoroutine()
		for range 3 {
			began := time.Now()
			done := make(chan *rpc.Call, 500)
			for range 500 {
				c.Go("Odd.Slow", time.Second, new(bool), done)
			}
			for range 500 {
				require.NoError(t, (<-done).Error)
			}
			require.Equal(t, time.Second, time.Since(began))
			synctest.Wait()
			kept := runtime.NumGoroutine() - before
			require.Less(t, kept, 100, "workers kept after the burst")
			require.Greater(t, kept, 20, "workers kept for the next burst")
		}
	})
}

func TestCallsOneAfterAnotherNeedNoMoreWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, "tcp", server.Options{}).client(t, "tcp")
		requireWorks(t, c, "the first call")
		synctest.Wait()
		before := runtime.NumGoroutine()
		for range 10 {
			requireWorks(t, c, "a call")
			synctest.Wait()
		}
		require.Less(t, runtime.NumGoroutine(), before+5)
	})
}

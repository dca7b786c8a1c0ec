package grpcarith_test

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/grpcarith/arithpb"
)

// crowd is a server that takes three connections.
func crowd(t *testing.T) *world {
	w := newWorld(t)
	w.opts.MaxConns = 3
	w.serve(a, new(arith.Arith))
	return w
}

// caller returns a client that has called, on a connection of its own.
func (w *world) caller() arithpb.ArithClient {
	w.t.Helper()
	c := arithpb.NewArithClient(w.plain(a))
	w.requireWorks(c)
	return c
}

func (w *world) requireWorks(c arithpb.ArithClient) {
	w.t.Helper()
	_, err := c.Sum(w.t.Context(), new(arithpb.Args))
	require.NoError(w.t, err)
}

// silent connects, and says hello at most.
func (w *world) silent(hello string) net.Conn {
	w.t.Helper()
	conn, err := w.net.DialContext(w.t.Context(), "tcp", a)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { conn.Close() })
	go io.WriteString(conn, hello)
	go io.Copy(io.Discard, conn)
	synctest.Wait()
	return conn
}

func requireHungUp(t *testing.T, conn net.Conn) {
	t.Helper()
	synctest.Wait()
	_, err := conn.Write([]byte("x"))
	require.Error(t, err)
}

func TestThePeerThatHasCalledNobodyForTheLongestMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := crowd(t)
		start := time.Now()
		first := w.caller()
		older, younger := w.silent(""), w.silent(preface+settings)
		second := w.caller()
		requireHungUp(t, older)
		third := w.caller()
		requireHungUp(t, younger)
		for _, c := range []arithpb.ArithClient{first, second, third} {
			w.requireWorks(c)
		}
		require.Equal(t, 3, w.dialled(a), "who has called stays")
		require.Less(t, time.Since(start), time.Second)
	})
}

func TestWhoeverComesWhileAllConnectionsHaveCalledIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := crowd(t)
		all := []arithpb.ArithClient{w.caller(), w.caller(), w.caller()}
		requireHungUp(t, w.silent(""))
		for _, c := range all {
			w.requireWorks(c)
		}
		require.Equal(t, 3, w.dialled(a))
		require.Contains(t, w.log.String(), `err="too many connections" limit=3`)
	})
}

func TestAConnectionThatIsClosedMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := crowd(t)
		first := w.caller()
		for range 10 {
			conn := w.plain(a)
			w.requireWorks(arithpb.NewArithClient(conn))
			require.NoError(t, conn.Close())
			synctest.Wait()
		}
		w.requireWorks(first)
		w.caller()
		w.caller()
		require.NotContains(t, w.log.String(), "too many connections")
	})
}

// A stranger may be a load balancer that connects before it has something to send.
func TestWhoeverHasNotGreetedDoesNotDelayShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		_, stop := w.serve(a, &arith.Arith{Delay: 3 * time.Second})
		call := w.to(a).Go(t.Context(), "Arith.Sum", arith.Args{A: 7, B: 8}, new(int))
		w.silent("")
		w.silent(preface)
		start := time.Now()
		stop()
		require.Equal(t, 3*time.Second, time.Since(start), "it waits for the call alone")
		require.NoError(t, (<-call.Done).Err)
	})
}

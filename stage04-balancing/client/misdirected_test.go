package client_test

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
)

const seeF3 = "trap F3: what a stranger says is no answer of the service"

// Other is a service of another program, and of an older or newer one if it is
// called Work.
type Other struct{}

// Late is a method that Work does not have, and Do is Work's with another reply.
func (Other) Late(n int, reply *int) error  { *reply = n; return nil }
func (Other) Do(n int, reply *string) error { *reply = "seven"; return nil }

// Crashing is a Work that panics.
type Crashing struct{}

func (Crashing) Do(n int, reply *int) error { panic("oh no") }

func TestAStrangerOnADeadServersPortCostsNoCallWhateverTheMethod(t *testing.T) {
	for _, name := range balancer.Names() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1", "c:1")
				c := cluster.client(client.Options{Balancer: named(t, name), Key: keys()}) // nothing is idempotent
				for range 10 {
					do(t, c)
				}
				hosts[0].kill()
				hosts[0].offer("Other", Other{})
				synctest.Wait() // no call is on its way to the dead server
				stop := load(t, c, "Work.Do")
				time.Sleep(3 * time.Second)
				stop() // which fails the test if one failed
				require.GreaterOrEqual(t, failures(c, "a:1"), int64(1), seeF3)
				require.LessOrEqual(t, failures(c, "a:1"), int64(60), "%s: it is left alone for longer and longer; a third would be 1000", seeF3)
				require.Zero(t, failures(c, "b:1")+failures(c, "c:1"))
			})
		})
	}
}

func TestWhenNobodyOffersTheServiceTheCallerIsToldOnceAndAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1", "c:1", "d:1", "e:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		start := time.Now()
		call := <-c.Go(t.Context(), "Wrok.Do", 7, new(int)).Done
		require.Regexp(t, "^Wrok.Do on [a-e]:1: rpc: can't find service Wrok.Do$", call.Err)
		require.Equal(t, client.Refused, client.OutcomeOf(call.Err))
		require.Equal(t, 2, call.Retries, "a call is sent three times at most")
		require.Zero(t, time.Since(start))
	})
}

// A rolling upgrade: one instance is newer than the others, or older.
func TestAMethodThatSomeInstancesDoNotHaveIsCalledOnThoseThatDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin()}) // nothing is idempotent
		do(t, c)
		hosts[1].kill()
		hosts[1].offer("Work", Other{})
		time.Sleep(time.Second)
		for range 300 { // more than any budget
			require.NoError(t, c.Call(t.Context(), "Work.Late", 7, new(int)), "a misdirected call may go elsewhere whatever the method, and costs no budget")
			call := <-c.Go(t.Context(), "Work.Refuse", 7, new(int)).Done
			require.ErrorContains(t, call.Err, "refused", "b:1 has no such method")
			require.NotEqual(t, "b:1", call.Addr)
		}
		require.Empty(t, ejected(c), "an instance of another version is well")
		require.Equal(t, int64(0), failures(c, "a:1")+failures(c, "b:1")+failures(c, "c:1"))
	})
}

func TestAReplyOfTheWrongTypeIsRetriedIfTheMethodMayRunTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].kill()
		hosts[0].offer("Work", Other{})
		call := <-c.Go(t.Context(), "Work.Do", 7, new([]string)).Done
		require.ErrorContains(t, call.Err, "unexpected reply: gob:")
		require.Equal(t, 2, call.Retries)
		require.Zero(t, failures(c, "a:1")+failures(c, "b:1")+failures(c, "c:1"), "the caller's own variable is wrong")
		for len(ejected(c)) == 0 {
			do(t, c) // another has filled the same variable
		}
		require.Equal(t, []string{"a:1"}, ejected(c))
		require.EqualValues(t, 5, failures(c, "a:1"))
		require.Zero(t, failures(c, "b:1")+failures(c, "c:1"))
	})
}

func TestAReplyOfTheWrongTypeIsAnErrorIfTheMethodMayNotRunTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].kill()
		hosts[0].offer("Work", Other{})
		c := cluster.client(client.Options{Balancer: new(inOrder)})
		for range 20 {
			require.ErrorContains(t, c.Call(t.Context(), "Work.Do", 7, new(int)), "Work.Do on a:1: unexpected reply: gob:")
		}
		require.Zero(t, hosts[1].ran.Load())
		require.Zero(t, failures(c, "a:1"), "nobody knows whose fault it is")
	})
}

func TestAnInstanceWhoseMethodPanicsIsEjectedAndTheCallIsNotMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		hosts[0].kill()
		hosts[0].offer("Work", Crashing{})
		c := cluster.client(client.Options{Balancer: new(inOrder), Idempotent: idempotent})
		for range 5 {
			call := <-c.Go(t.Context(), "Work.Do", 7, new(int)).Done
			require.EqualError(t, call.Err, "Work.Do on a:1: rpc: method crashed: Work.Do panicked")
			require.Zero(t, call.Retries, "what panics here may panic everywhere")
		}
		require.Equal(t, []string{"a:1"}, ejected(c))
		time.Sleep(100 * time.Millisecond) // the news spreads
		do(t, c)
	})
}

// speak has another program answer whoever connects to h, in a protocol of its own.
func (h *host) speak(words string) {
	h.kill()
	l, err := h.cluster.net.Listen(h.in.Addr)
	require.NoError(h.cluster.t, err)
	h.cluster.t.Cleanup(func() { l.Close() })
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go func() {
				defer conn.Close()
				conn.Read(make([]byte, 1))
				io.WriteString(conn, words)
			}()
		}
	}()
}

func TestWhoSpeaksAnotherProtocolCostsNoCall(t *testing.T) {
	const words = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
	for _, network := range []string{"tcp", "jsonrpc"} {
		synctest.Test(t, func(t *testing.T) {
			cluster := newCluster(t)
			stranger := cluster.serve("a:1")
			stranger.in.Network = network
			stranger.register()
			stranger.speak(words)
			only := cluster.client(client.Options{})
			err := only.Call(t.Context(), "Work.Do", 7, new(int))
			require.ErrorContains(t, err, "it does not speak net/rpc: ")

			cluster.hosts("b:1", "c:1")
			c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
			for range 300 {
				do(t, c)
				time.Sleep(10 * time.Millisecond)
			}
			require.EqualValues(t, 1, failures(c, "a:1"), "%s: who had it dialled", seeF3)
		})
	}
}

package client_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestAnInstanceThatNeverAnswersIsNotReadyAndLosesNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		cluster.freeze("a:1")
		c := cluster.client(client.Options{Balancer: roundRobin()}) // nothing is idempotent
		start := time.Now()
		for range 100 {
			do(t, c)
		}
		require.Equal(t, 200*time.Millisecond, time.Since(start), "one call waited, for as long as an attempt has time")
		require.Equal(t, client.Connecting, states(c)["a:1"], "its connection is open")
		time.Sleep(time.Second)
		require.Equal(t, client.TransientFailure, states(c)["a:1"])
		require.Zero(t, hosts[0].ran.Load())
		cluster.thaw("a:1")
		time.Sleep(10 * time.Second)
		require.Equal(t, client.Ready, states(c)["a:1"])
		for range 100 {
			do(t, c)
		}
		require.EqualValues(t, 50, hosts[0].ran.Load())
	})
}

func TestNoCallWaitsForAConnectionWhileAnotherInstanceHasOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		fill := cluster.blackHole("a:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		first := c.Go(t.Context(), "Work.Do", 7, new(int)) // has a:1 dialled
		synctest.Wait()
		do(t, c)
		do(t, c)
		start := time.Now()
		for range 100 {
			do(t, c)
		}
		require.Zero(t, time.Since(start))
		fill()
		require.NoError(t, (<-first.Done).Err)
		require.Equal(t, "a:1", first.Addr)
		for range 30 {
			do(t, c)
		}
		require.EqualValues(t, 1+10, hosts[0].ran.Load())
	})
}

func TestACallThatHasWaitedGoesToSomebodyWhoIsConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1", "c:1", "d:1")
		for _, addr := range []string{"b:1", "c:1", "d:1"} {
			cluster.blackHole(addr)
		}
		c := cluster.client(client.Options{Balancer: roundRobin()})
		do(t, c)
		start := time.Now()
		do(t, c)
		require.Equal(t, 200*time.Millisecond, time.Since(start), "c:1 and d:1 are idle, and would cost as much each")
	})
}

func TestACallThatWaitsGoesToSomebodyWhoConnectsMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		b := cluster.start("b:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		do(t, c)
		b.kill()
		cluster.start("a:1")
		cluster.blackHole("a:1")
		synctest.Wait()
		require.Equal(t, client.TransientFailure, states(c)["b:1"])
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		call := c.Go(ctx, "Work.Do", 7, new(int)) // waits for a:1, since nobody else takes calls
		time.Sleep(250 * time.Millisecond)
		b.listen()
		require.NoError(t, (<-call.Done).Err)
		require.Equal(t, "b:1", call.Addr)
	})
}

func TestOverAPathThatTakesMostOfTheDialTimeoutNoCallIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		c := cluster.client(client.Options{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			time.Sleep(700 * time.Millisecond)
			conn, err := cluster.dial(ctx, network, addr)
			return distant{conn, 700 * time.Millisecond}, err
		}})
		for range 10 {
			do(t, c)
			time.Sleep(100 * time.Millisecond)
		}
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 1, dials, "a sign of life has time for a round trip")
	})
}

// Ten of a hundred answer. The others accept connections and never say anything, and nine
// of them are replaced every 100 ms.
func TestManyWhoNeverAnswerAndAreNewAllTheTimeLoseNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		silent := func(i int) *host {
			h := cluster.serve(fmt.Sprintf("silent%d:1", i))
			cluster.freeze(h.in.Addr)
			return h
		}
		var hosts []*host
		for i := range 10 {
			hosts = append(hosts, cluster.serve(fmt.Sprintf("good%d:1", i)))
		}
		c := cluster.clientOf(script, client.Options{Hold: -1})
		script.Shows(snapshot(hosts...))
		for range 100 {
			do(t, c)
		}
		for i := range 90 {
			hosts = append(hosts, silent(i))
		}
		var calls []*client.Call
		for i := range 30 {
			for j := range 9 {
				k := 10 + (9*i+j)%90
				hosts[k] = silent(90 + 9*i + j)
			}
			script.Shows(snapshot(hosts...))
			synctest.Wait()
			for range 30 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				calls = append(calls, c.Go(ctx, "Work.Do", 7, new(int)))
			}
			time.Sleep(100 * time.Millisecond)
		}
		for i, call := range calls {
			require.NoError(t, (<-call.Done).Err, "call %d", i)
		}
	})
}

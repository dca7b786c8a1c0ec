package client_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

const seeF1 = "trap F1: nobody tells that a connection is half open"

// steady makes so many calls, one every interval, and returns them when all have ended.
func steady(t *testing.T, c *client.Client, interval time.Duration, n int) (calls []*client.Call) {
	for range n {
		calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		time.Sleep(interval)
	}
	for _, call := range calls {
		<-call.Done
	}
	return calls
}

func TestAHalfOpenConnectionIsReplacedAfterTwoAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		c := cluster.client(client.Options{Timeout: time.Second}) // nothing is idempotent
		_, err := c.Broadcast(t.Context(), "Work.Do", 7, func() any { return new(int) })
		require.NoError(t, err)
		cluster.cut("a:1")
		time.AfterFunc(1198*time.Millisecond, func() {
			_, closes := cluster.counts("a:1")
			require.Zero(t, closes, "a call waits on it still")
		})
		for i, call := range steady(t, c, time.Millisecond, 600) {
			switch {
			case i < 200: // it was sent before the first had waited for long
				require.ErrorIs(t, call.Err, context.DeadlineExceeded, "call %d", i)
			case i > 200:
				require.NoError(t, call.Err, "call %d: %s", i, seeF1)
			}
		}
		synctest.Wait()
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 2, dials)
		require.Equal(t, 1, closes, "the old one, after its last call")
		require.Empty(t, ejected(c))
	})
}

func TestWhenAllConnectionsAreHalfOpenNoCallFailsLaterThanTwoAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Idempotent: idempotent, Timeout: time.Second})
		for range 3 {
			time.AfterFunc(2500*time.Millisecond, func() { cluster.cut("a:1", "b:1", "c:1") })
			time.AfterFunc(3*time.Second, func() {
				start := time.Now()
				for range 30 {
					do(t, c)
				}
				require.Zero(t, time.Since(start), seeF1)
			})
			for i, call := range steady(t, c, 4*time.Millisecond, 1000) {
				sent := time.Duration(i) * 4 * time.Millisecond
				if sent < 2500*time.Millisecond || sent > 2900*time.Millisecond { // two attempts, of 200 ms each, after the cut
					require.NoError(t, call.Err, "call %d", i)
				}
			}
		}
		for _, h := range hosts {
			dials, closes := cluster.counts(h.in.Addr)
			require.Equal(t, 4, dials, h.in.Addr)
			require.Equal(t, 3, closes, h.in.Addr)
		}
	})
}

func TestASlowMethodCostsNobodyAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		c := cluster.client(client.Options{Timeout: time.Minute})
		const took = 8 * time.Second // less than a client waits to write, for this network holds nothing
		start := time.Now()
		var slow []*client.Call
		for range 1024 { // as many as the server lets run at a time: then it does not read
			slow = append(slow, c.Go(t.Context(), "Work.Slow", took, new(time.Duration)))
		}
		time.Sleep(time.Second)
		do(t, c)
		require.Equal(t, time.Second, time.Since(start), "a new connection")
		for _, call := range slow {
			require.NoError(t, (<-call.Done).Err, "the old one is kept for those who wait on it")
		}
		require.Equal(t, took, time.Since(start))
		synctest.Wait()
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 2, dials)
		require.Equal(t, 1, closes)
	})
}

func TestAConnectionThatGivesASignOfLifeIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		c := cluster.client(client.Options{})
		slow := c.Go(t.Context(), "Work.Slow", 3*time.Second, new(time.Duration))
		start := time.Now()
		for range 300 {
			do(t, c)
			time.Sleep(10 * time.Millisecond)
		}
		require.Equal(t, 3*time.Second, time.Since(start), "nobody waits for the sign")
		require.NoError(t, (<-slow.Done).Err)
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 1, dials)
	})
}

// distant is a connection to a host that is far away.
type distant struct {
	net.Conn
	rtt time.Duration
}

func (d distant) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	time.Sleep(d.rtt)
	return n, err
}

func TestADistantServerIsNotTakenForADeadOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		c := cluster.client(client.Options{AttemptTimeout: 20 * time.Millisecond, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := cluster.dial(ctx, network, addr)
			return distant{conn, 150 * time.Millisecond}, err
		}})
		for range 10 {
			do(t, c)
			time.Sleep(time.Second)
		}
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 1, dials)
	})
}

func TestAnEjectedInstanceIsNotReadmittedOnADeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		hosts[0].freeze()
		for len(ejected(c)) == 0 {
			do(t, c)
		}
		hosts[0].thaw()
		synctest.Wait()
		cluster.cut("a:1")
		before := hosts[0].ran.Load()
		start := time.Now()
		for len(ejected(c)) > 0 {
			began := time.Now()
			do(t, c)
			require.Zero(t, time.Since(began), "no call is risked on it")
			time.Sleep(10 * time.Millisecond)
			synctest.Wait()
		}
		require.Equal(t, before, hosts[0].ran.Load())
		require.Equal(t, (500+200+1000)*time.Millisecond, time.Since(start), "no sign of life, so it was ejected for longer")
		do(t, c)
		do(t, c)
		require.Equal(t, before+1, hosts[0].ran.Load())
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 2, dials)
		require.Equal(t, 1, closes)
	})
}

func TestAFrozenServerIsDialledWithBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		c := cluster.client(client.Options{Timeout: time.Second})
		do(t, c)
		cluster.freeze("a:1")
		for range 600 {
			c.Go(t.Context(), "Work.Do", 7, new(int))
			time.Sleep(100 * time.Millisecond)
		}
		dials, _ := cluster.counts("a:1")
		require.Less(t, dials, 20, "in a minute")
		cluster.thaw("a:1")
		time.Sleep(6 * time.Second)
		do(t, c)
	})
}

func TestAHeldInstanceThatGivesNoSignOfLifeIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1")
		o.list(nil, o.hosts)
		require.Equal(t, []string{"a:1", "b:1"}, o.held())
		o.cut("a:1", "b:1")
		start := time.Now()
		early := []*client.Call{o.client.Go(t.Context(), "Work.Do", 7, new(int)), o.client.Go(t.Context(), "Work.Do", 7, new(int))}
		time.Sleep(300 * time.Millisecond)
		require.ErrorIs(t, o.client.Call(t.Context(), "Work.Do", 7, new(int)), client.ErrSilent)
		require.Equal(t, 400*time.Millisecond, time.Since(start))
		time.Sleep(20 * time.Millisecond)
		require.Empty(t, o.held())
		require.ErrorIs(t, o.client.Call(t.Context(), "Work.Do", 7, new(int)), client.ErrNoInstances)
		for _, call := range early {
			require.Error(t, (<-call.Done).Err)
		}
	})
}

func TestAConnectionThatTookLongToOpenIsWatchedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1")
		cluster.freeze("a:1")
		time.AfterFunc(700*time.Millisecond, cluster.blackHole("a:1"))
		c := cluster.client(client.Options{})
		c.Go(t.Context(), "Work.Do", 7, new(int)) // has it dialled, and it is known after 1.7 s that nobody is there
		time.Sleep(1700 * time.Millisecond)
		cluster.thaw("a:1")
		time.Sleep(300 * time.Millisecond)
		start := time.Now()
		do(t, c)
		require.Zero(t, time.Since(start))
		time.Sleep(5 * time.Second)
	})
}

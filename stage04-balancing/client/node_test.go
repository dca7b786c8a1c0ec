package client_test

import (
	"context"
	"math/rand/v2"
	"net"
	"net/rpc"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestManyCallersShareOneConnectionWhateverTheirCallsEndWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		var calls []*client.Call
		for range 100 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.ErrorAs(t, c.Call(t.Context(), "Work.Refuse", 7, new(int)), new(rpc.ServerError))
		h.freeze()
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			require.ErrorIs(t, c.Call(ctx, "Work.Do", 7, new(int)), context.DeadlineExceeded)
			cancel()
		}
		h.thaw()
		do(t, c)
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 1, dials)
		require.Zero(t, closes)
	})
}

func TestARemovedInstancesConnectionIsClosedAfterItsLastCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		c := cluster.client(client.Options{Balancer: roundRobin()})
		short := c.Go(t.Context(), "Work.Slow", time.Second, new(time.Duration)) // on a:1
		synctest.Wait()
		do(t, c)                                                                  // on b:1
		long := c.Go(t.Context(), "Work.Slow", 3*time.Second, new(time.Duration)) // on a:1
		synctest.Wait()
		hosts[0].deregister()
		hosts[1].deregister()
		synctest.Wait()
		_, closes := cluster.counts("b:1")
		require.Equal(t, 1, closes, "nobody was using it")

		require.NoError(t, (<-short.Done).Err)
		synctest.Wait()
		_, closes = cluster.counts("a:1")
		require.Zero(t, closes, "trap B7: one call is in progress")
		require.NoError(t, (<-long.Done).Err)
		synctest.Wait()
		_, closes = cluster.counts("a:1")
		require.Equal(t, 1, closes)
	})
}

func TestAConnectionThatComesAfterItsInstanceLeftIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		fill := cluster.blackHole("a:1")
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			return cluster.dial(context.WithoutCancel(ctx), network, addr) // cannot be stopped
		}
		c := cluster.client(client.Options{Balancer: roundRobin(), DialContext: dial})
		do(t, c) // leaves a:1 after 200 ms
		hosts[0].deregister()
		synctest.Wait()
		fill()
		synctest.Wait()
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 1, dials)
		require.Equal(t, 1, closes)
	})
}

// Grenade explodes while it is encoded, once its pin is out.
type Grenade struct{ pin *atomic.Bool }

func (g Grenade) GobEncode() ([]byte, error) {
	if g.pin.Load() {
		panic("boom")
	}
	return []byte("whole"), nil
}
func (*Grenade) GobDecode([]byte) error { return nil }

func TestCallsInFlightReturnToZeroHoweverTheyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		b := &recorder{Balancer: roundRobin()}
		c := cluster.client(client.Options{Balancer: b, Idempotent: idempotent, Timeout: 400 * time.Millisecond})
		var pin atomic.Bool
		var calls []*client.Call
		start := func(timeout time.Duration, method string, args, reply any) {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			call := c.Go(ctx, method, args, reply)
			context.AfterFunc(ctx, cancel)
			calls = append(calls, call)
		}
		down := make(map[*host]bool)
		for range 2000 {
			h := hosts[rand.IntN(len(hosts))]
			switch rand.IntN(12) {
			case 0:
				start(time.Second, "Work.Refuse", 7, new(int))
			case 1:
				start(time.Second, "Work.Do", make(chan int), new(int))
			case 2:
				start(time.Second, "Work.Do", 7, new([]string))
			case 3:
				start(rand.N(20*time.Millisecond), "Work.Slow", time.Second, new(time.Duration))
			case 4:
				func() {
					defer func() { recover() }()
					pin.Store(!pin.Load()) // so that it has been encoded before, at times
					c.Call(t.Context(), "Work.Do", Grenade{&pin}, new(int))
				}()
			case 5:
				if down[h] = !down[h]; down[h] {
					h.kill()
				} else {
					h.restart()
				}
			case 6:
				h.delay.Store(int64(rand.N(300 * time.Millisecond)))
			case 7:
				if h.in.Weight = rand.IntN(3); !down[h] {
					h.register()
				}
			default:
				start(time.Second, "Work.Do", 7, new(int))
			}
			time.Sleep(rand.N(10 * time.Millisecond))
		}
		for _, call := range calls {
			<-call.Done
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.InFlight, "trap B8: %s", in.ID)
		}
		require.Positive(t, b.picks.Load())
		require.Equal(t, b.picks.Load(), b.dones.Load(), "done exactly once for each pick")
	})
}

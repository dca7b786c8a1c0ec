package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry"
)

// keys returns a Key that is another for every attempt.
func keys() func(context.Context, string, any) string {
	var n atomic.Int64
	return func(context.Context, string, any) string { return fmt.Sprint(n.Add(1)) }
}

func TestABlackHoledAddressDoesNotSlowCallsToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		cluster.blackHole("a:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), AttemptTimeout: 100 * time.Millisecond})
		var calls []*client.Call
		start := time.Now()
		for range 30 {
			calls = append(calls, c.Go(t.Context(), "Work.Do", 7, new(int)))
		}
		synctest.Wait()
		require.EqualValues(t, 20, ran(hosts), "trap B6: calls to the others are through")
		for _, call := range calls {
			require.NoError(t, (<-call.Done).Err)
		}
		require.Equal(t, 100*time.Millisecond, time.Since(start), "nothing was sent, so any call goes elsewhere")
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 1, dials, "one dial at a time, however many wait for it")
		require.Equal(t, []string{"a:1"}, ejected(c))
	})
}

func TestTheOnlyInstanceIsWaitedForWhileItConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		fill := cluster.blackHole("a:1")
		c := cluster.client(client.Options{})
		time.AfterFunc(700*time.Millisecond, fill)
		start := time.Now()
		do(t, c)
		require.Equal(t, 700*time.Millisecond, time.Since(start))
	})
}

func TestACallWhoseTimeEndsWhileItConnectsTimedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		cluster.blackHole("a:1")
		c := cluster.client(client.Options{Timeout: 700 * time.Millisecond})
		start := time.Now()
		err := c.Call(t.Context(), "Work.Do", 7, new(int))
		require.Equal(t, 700*time.Millisecond, time.Since(start))
		require.Equal(t, client.TimedOut, client.OutcomeOf(err), "%v", err)
		var failed *client.CallError
		require.ErrorAs(t, err, &failed)
		require.False(t, failed.Sent)
	})
}

func TestADialThatTimesOutIsTheInstancesFaultHoweverShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1")
		cluster.blackHole("a:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), DialTimeout: 10 * time.Millisecond})
		for range 10 {
			do(t, c)
		}
		require.Equal(t, []string{"a:1"}, ejected(c))
	})
}

func TestADeadConnectionIsReplacedByTheNextCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		h.kill()
		h.listen()
		synctest.Wait()
		do(t, c)
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 2, dials)
		require.Equal(t, 1, closes)
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
		c := cluster.client(client.Options{Balancer: roundRobin()})
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

func TestAnUpdateOfOneAmongAThousandLeavesTheOtherConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		shared := cluster.serve("shared:1")
		feed := newFeed()
		c := cluster.clientOf(feed, client.Options{Balancer: roundRobin(), DialContext: sharedDial(cluster)})
		snap := registry.Snapshot{Service: "Work", Revision: 1, Synced: time.Now()}
		for i := range 1000 {
			in := shared.in
			in.ID, in.Addr = fmt.Sprintf("i%04d", i), fmt.Sprintf("h%04d:1", i)
			snap.Instances = append(snap.Instances, in)
		}
		changed := snap
		changed.Instances = append([]registry.Instance(nil), snap.Instances...)
		changed.Instances[500].Addr = "moved:1"
		changed.Instances[501].Weight = 2
		for _, s := range []registry.Snapshot{snap, changed} {
			feed.send(s)
			synctest.Wait()
			for range 1001 { // one of them twice, for its weight
				do(t, c)
			}
		}
		for i := range 1000 {
			addr := fmt.Sprintf("h%04d:1", i)
			dials, closes := cluster.counts(addr)
			require.Equal(t, 1, dials, addr)
			want := 0
			if i == 500 {
				want = 1
			}
			require.Equal(t, want, closes, "trap W5: %s", addr)
		}
		dials, closes := cluster.counts("moved:1")
		require.Equal(t, 1, dials, "another address is another connection, under the same id too")
		require.Zero(t, closes)
	})
}

// sharedDial connects every address to one server.
func sharedDial(c *cluster) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c.mu.Lock()
		c.dials[addr]++
		c.mu.Unlock()
		nc, err := c.net.DialContext(ctx, network, "shared:1")
		if err != nil {
			return nil, err
		}
		return c.count(nc, addr), nil
	}
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

// recorder counts picks, and how often their dones are called.
type recorder struct {
	balancer.Balancer
	picks, dones atomic.Int64
}

func (r *recorder) Pick(info balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	in, done, err := r.Balancer.Pick(info)
	if err != nil {
		return in, nil, err
	}
	r.picks.Add(1)
	return in, func(info balancer.DoneInfo) { r.dones.Add(1); done(info) }, nil
}

// inOrder always picks the first in the list that it may. While it hides what
// was listed before, it calls hidden.
type inOrder struct {
	mu     sync.Mutex // guards the fields below
	list   []registry.Instance
	hidden func()
}

func (b *inOrder) Update(list []registry.Instance) {
	list = slices.DeleteFunc(slices.Clone(list), func(in registry.Instance) bool { return in.Weight == 0 })
	b.mu.Lock()
	fewer := len(list) < len(b.list)
	b.list = list
	b.mu.Unlock()
	if fewer && b.hidden != nil {
		b.hidden()
	}
}

func (b *inOrder) Pick(info balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, in := range b.list {
		if info.Skip == nil || !info.Skip(in.ID) {
			return in, func(balancer.DoneInfo) {}, nil
		}
	}
	return registry.Instance{}, nil, balancer.ErrNoInstances
}

func TestARegistrationThatChangesTheOnlyInstanceFailsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		b := new(inOrder)
		c := cluster.client(client.Options{Balancer: b})
		do(t, c)
		called := make(chan *client.Call, 100)
		b.hidden = func() { // in the middle of an update
			for range cap(called) {
				called <- c.Go(t.Context(), "Work.Do", 7, new(int))
				runtime.Gosched()
			}
		}
		h.in.Version = "2"
		h.register()
		synctest.Wait()
		close(called)
		for call := range called {
			require.NoError(t, (<-call.Done).Err)
		}
	})
}

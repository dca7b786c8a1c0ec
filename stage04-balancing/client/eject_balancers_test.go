package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
)

func TestAKilledServerThatComesBackOnItsAddressGetsCallsWithin100ms(t *testing.T) {
	for _, name := range balancer.Names() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1", "c:1")
				c := cluster.client(client.Options{Balancer: named(t, name), Key: keys(), Idempotent: idempotent})
				load := func(d time.Duration) {
					for start := time.Now(); time.Since(start) < d; time.Sleep(2 * time.Millisecond) {
						do(t, c)
					}
				}
				load(100 * time.Millisecond)
				hosts[0].kill()
				load(2 * time.Second)
				before := hosts[0].ran.Load()
				hosts[0].restart()
				load(100 * time.Millisecond)
				require.Greater(t, hosts[0].ran.Load(), before)
			})
		})
	}
}

func TestTheShareOfAnInstanceThatFailsAtOnceFalls(t *testing.T) {
	for _, name := range balancer.Names() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1", "c:1")
				for _, h := range hosts {
					h.delay.Store(int64(10 * time.Millisecond)) // the good ones are busy, the bad one never
				}
				c := cluster.client(client.Options{Balancer: named(t, name), Key: keys(), Idempotent: idempotent})
				hosts[0].kill()
				const calls = 1500
				for range calls {
					c.Go(t.Context(), "Work.Do", 7, new(int))
					time.Sleep(time.Millisecond)
				}
				time.Sleep(time.Second)
				require.EqualValues(t, calls, ran(hosts), "none is lost")
				require.Less(t, failures(c, "a:1"), int64(calls/20),
					"trap B4: what fails at once looks idle; a third would be its share")
			})
		})
	}
}

// A method's error is an answer: it is neither retried nor does it eject, and it is
// not what a quick instance looks like either.
func TestWhoseMethodReturnsErrorsAtOnceGetsItsShareAndNoMore(t *testing.T) {
	for _, name := range balancer.Names() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1", "c:1")
				for _, h := range hosts {
					h.delay.Store(int64(10 * time.Millisecond))
				}
				c := cluster.client(client.Options{Balancer: named(t, name), Key: keys(), Idempotent: idempotent})
				hosts[0].refuses.Store(true)
				const calls = 1500
				for range calls {
					c.Go(t.Context(), "Work.Do", 7, new(int))
					time.Sleep(time.Millisecond)
				}
				time.Sleep(time.Second)
				require.EqualValues(t, calls, ran(hosts), "an error of the method is no reason to call another")
				require.Less(t, hosts[0].ran.Load(), int64(calls*45/100), "trap B4: whose calls end early looks idle and quick; a third is its share")
				require.Greater(t, hosts[0].ran.Load(), int64(calls/5), "its share")
				require.Empty(t, ejected(c))
			})
		})
	}
}

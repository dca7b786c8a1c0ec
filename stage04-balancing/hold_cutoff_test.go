package workshop_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// sites are the registries that the tests of holding are played around.
var sites = map[string]func(*testing.T, time.Duration) *site{"HTTP": newSite, "memory": newMemorySite}

// keepsAll fails unless the caller has kept the connection to each of the hosts,
// and none has gone without a call for longer than its own lease.
func (c *caller) keepsAll(hosts []*host) {
	c.site.t.Helper()
	c.keptConnections(hosts)
	lease := c.site.ttl + time.Second // after which the next sweep evicts
	for _, h := range hosts {
		gap := max(c.gaps[h.in.Addr], time.Since(c.latest[h.in.Addr]))
		require.LessOrEqual(c.site.t, gap, lease, "%s without a call", h.in.ID)
	}
}

// keptConnections fails unless the caller has dialled each of the hosts once and
// closed no connection.
func (c *caller) keptConnections(hosts []*host) {
	c.site.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range hosts {
		require.Zero(c.site.t, c.closes[h.in.Addr], "connections to %s that were closed", h.in.ID)
		require.Equal(c.site.t, 1, c.dials[h.in.Addr], "connections to %s", h.in.ID)
	}
}

func TestServersThatAreCutOffFromTheRegistryAreCalledAndNotHungUpOn(t *testing.T) {
	for _, c := range []struct {
		registry string
		ttl      time.Duration
		servers  int
	}{
		{"HTTP", 5 * time.Second, 1},
		{"HTTP", 5 * time.Second, 2},
		{"HTTP", 5 * time.Second, 20},
		{"HTTP", 180 * time.Second, 2},
		{"HTTP", 180 * time.Second, 20},
		{"memory", 5 * time.Second, 20},
		{"memory", 180 * time.Second, 1},
	} {
		t.Run(fmt.Sprintf("%d servers, %s, TTL %v", c.servers, c.registry, c.ttl), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { cutOffAndBack(t, sites[c.registry](t, c.ttl), c.servers) })
		})
	}
}

// cutOffAndBack cuts n servers off over a third of a TTL, for two and a quarter TTLs.
func cutOffAndBack(t *testing.T, s *site, n int) {
	hosts := s.starts(n)
	c := s.client(client.Options{})
	c.calls(s.ttl / 2)
	for i, h := range hosts {
		after := s.ttl / 3 * time.Duration(i) / time.Duration(n)
		time.AfterFunc(after, h.cutOff)
		time.AfterFunc(9*s.ttl/4+after, h.heal)
	}
	c.calls(2 * s.ttl)
	require.Empty(t, c.Stats().Instances, "all leases have run out")
	c.calls(2 * s.ttl)
	require.Len(t, c.Stats().Instances, n, "all are back")
	c.keepsAll(hosts)
}

func TestHeldServersTakeCallsWhileTheyAreTheMajority(t *testing.T) {
	for held, answering := range map[int]int{1: 9, 5: 5, 6: 10, 9: 10} {
		t.Run(fmt.Sprintf("%d of 10", held), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, 5*time.Second)
				hosts := s.starts(10)
				c := s.client(client.Options{})
				c.calls(s.ttl)
				for _, h := range hosts[:held] {
					h.cutOff()
				}
				c.calls(s.ttl + 2*time.Second)
				require.Len(t, c.Stats().Instances, 10-held)
				c.reset()
				c.calls(s.ttl)
				require.Len(t, c.answers, answering)
				for _, h := range hosts[:held] {
					h.heal()
				}
				c.calls(s.ttl)
				require.Len(t, c.answers, 10)
				c.keptConnections(hosts)
			})
		})
	}
}

func TestARegistryThatHasLostItsMemoryCostsNoConnection(t *testing.T) {
	for _, n := range []int{1, 2, 20} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, 15*time.Second)
				hosts := s.starts(n)
				c := s.client(client.Options{})
				for range 3 {
					c.calls(s.ttl)
					s.restartRegistry()
				}
				c.calls(s.ttl)
				require.Len(t, c.Stats().Instances, n)
				c.keepsAll(hosts)
			})
		})
	}
}

// TestWhoDiesWhileAllAreCutOffCostsNoCall is why a held instance is tried only
// over the connection that there is.
func TestWhoDiesWhileAllAreCutOffCostsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, 5*time.Second)
		hosts := s.starts(5)
		c := s.client(client.Options{})
		c.calls(s.ttl / 2)
		for _, h := range hosts {
			h.cutOff()
		}
		c.calls(2 * s.ttl)
		hosts[0].machine.Kill()
		c.calls(s.ttl)
		synctest.Wait() // for whoever would dial it
		require.Equal(t, 1, c.dials[hosts[0].in.Addr], "it is held, and not dialled anew")
		for _, h := range hosts[1:] {
			h.heal()
		}
		c.calls(s.ttl)
		require.Len(t, c.Stats().Instances, 4)
		c.keepsAll(hosts[1:])
	})
}

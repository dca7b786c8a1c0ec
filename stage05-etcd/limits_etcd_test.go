package workshop_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/etcdtest"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// newEtcdSite has an etcd of three machines for a registry. It lives in real
// time, for etcd knows no other, and its leases are as short as can be.
func newEtcdSite(t *testing.T) (*site, []*embedded.Node) {
	t.Parallel()
	nodes, err := embedded.StartCluster(t.Context(), 3, embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(nodes) })
	ttl := etcdtest.Slow * time.Second
	return &site{t: t, ttl: ttl, open: func(dialer) discovered {
		url := etcd.Scheme + strings.Join(embedded.Addrs(nodes), ",")
		r, err := etcd.Dial(url, etcd.Options{TTL: ttl, Logger: logtest.Quiet()})
		require.NoError(t, err)
		t.Cleanup(r.Close)
		return r
	}}, nodes
}

// unhurried returns options for a client that takes no busy machine for a dead one.
func unhurried() client.Options {
	return client.Options{Timeout: etcdtest.Slow * 10 * time.Second, AttemptTimeout: etcdtest.Slow * time.Second}
}

func closeLeader(t *testing.T, nodes []*embedded.Node) {
	leader, err := embedded.Leader(t.Context(), nodes)
	require.NoError(t, err)
	require.NoError(t, leader.Close())
}

// until makes calls until done says so, and none fails.
func (c *caller) until(done func() bool) {
	c.site.t.Helper()
	for began := time.Now(); !done(); {
		c.calls(c.every)
		require.Less(c.site.t, time.Since(began), time.Minute, "nothing has changed")
	}
}

// untilAnsweredBy makes calls, and none fails, until each of the hosts has answered:
// then the client has a connection to it, and holds it should a slow machine lose
// its lease.
func (c *caller) untilAnsweredBy(hosts ...*host) {
	c.site.t.Helper()
	c.reset()
	c.until(func() bool {
		return !slices.ContainsFunc(hosts, func(h *host) bool { return c.answers[h.in.Addr] == 0 })
	})
}

// lists reports whether the client's list has a host.
func (c *caller) lists(h *host) bool {
	for _, in := range c.Stats().Instances {
		if in.ID == h.in.ID {
			return true
		}
	}
	return false
}

// TestAServerThatMovesIsFoundWithoutOneOfTheRegistrysMachines turns the limit of
// stage 04 around. The machine that the registry needs most dies, then every
// server moves, and no call fails.
func TestAServerThatMovesIsFoundWithoutOneOfTheRegistrysMachines(t *testing.T) {
	s, nodes := newEtcdSite(t)
	one, two := s.start("host-1:1234"), s.start("host-2:1234")
	c := s.client(unhurried())
	c.untilAnsweredBy(one, two)

	closeLeader(t, nodes)
	three := s.start("host-3:1234")
	one.machine.Kill()
	c.untilAnsweredBy(three)
	c.until(func() bool { return !c.lists(one) })
	two.machine.Kill()
	c.until(func() bool { return !c.lists(two) })
	four := s.start("host-4:1234")
	c.untilAnsweredBy(four)
	three.machine.Kill()
	c.calls(s.ttl)
}

// TestWithoutAMajorityNobodyNewIsRegistered is the first thing that stage 05
// cannot do. The node that is left cannot know whether the others are gone or
// only cut off, so it takes no registration. The last list serves on.
func TestWithoutAMajorityNobodyNewIsRegistered(t *testing.T) {
	s, nodes := newEtcdSite(t)
	one := s.start("host-1:1234")
	c := s.client(unhurried())
	c.untilAnsweredBy(one)
	late := s.serve("late", "host-2:1234")

	embedded.CloseAll(nodes[:2])
	ctx, cancel := context.WithTimeout(t.Context(), 3*s.ttl)
	defer cancel()
	refused := make(chan error, 1)
	go func() {
		_, err := s.open(nil).Register(ctx, late.in)
		refused <- err
	}()
	c.until(func() bool { return ctx.Err() != nil })
	require.Error(t, <-refused)
	require.False(t, c.lists(late))
	require.True(t, c.Stats().Stale, "the client knows that its list is old")
}

// TestAnElectionGivesTheDeadAnotherTTL is the second. The leader alone keeps the
// time of the leases, and a new one begins anew: a server that died before the
// election stays listed for up to two TTLs. Only the client hides it.
func TestAnElectionGivesTheDeadAnotherTTL(t *testing.T) {
	s, nodes := newEtcdSite(t)
	lives, dies := s.start("host-1:1234"), s.start("host-2:1234")
	c := s.client(unhurried())
	c.untilAnsweredBy(lives, dies)

	dies.machine.Kill()
	c.calls(s.ttl / 2)
	dethroned := time.Now()
	closeLeader(t, nodes)
	c.until(func() bool { return !c.lists(dies) })
	require.Greater(t, time.Since(dethroned), s.ttl, "the new leader counts from the beginning")
}

// TestAClientThatStartsWhileAllAreCutOffFindsNobody is a limit that stays. Who
// has connections keeps them when etcd loses everybody. Who has none believes
// the list.
func TestAClientThatStartsWhileAllAreCutOffFindsNobody(t *testing.T) {
	s, _ := newEtcdSite(t)
	hosts := s.starts(3)
	old := s.client(unhurried())
	old.untilAnsweredBy(hosts...)
	for _, h := range hosts {
		h.cutOff()
	}
	old.until(func() bool { return len(old.Stats().Instances) == 0 })

	young := s.client(unhurried())
	require.ErrorIs(t, young.try(), client.ErrNoInstances)
	old.calls(s.ttl / 10)
	for _, h := range hosts {
		h.heal()
	}
	old.until(func() bool { return len(young.Stats().Instances) == len(hosts) })
	young.calls(s.ttl / 10)
}

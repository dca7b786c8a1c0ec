package workshop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/embedded"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

// newEtcdSite returns a site whose registry is etcd, in real time, and the node
// that is its only one. Everybody has a connection to it of their own.
func newEtcdSite(t *testing.T) (*site, *embedded.Node) {
	node, err := embedded.Start(t.Context(), embedded.Quick())
	require.NoError(t, err)
	t.Cleanup(func() { node.Close() })
	url := etcd.Scheme + node.Addr()
	return &site{t: t, ttl: ttl, open: func(dialer) discovered {
		r, err := etcd.Dial(url, etcd.Options{TTL: ttl, Logger: logtest.Quiet()})
		require.NoError(t, err)
		t.Cleanup(r.Close)
		return r
	}}, node
}

// callsUntil makes calls, and none fails, until the client's list has n instances
// and each of the hosts has answered since callsUntil began.
func (c *caller) callsUntil(n int, hosts []*host) {
	c.site.t.Helper()
	c.reset()
	for began := time.Now(); len(c.Stats().Instances) != n || len(c.answers) < len(hosts); c.calls(10 * time.Millisecond) {
		require.Less(c.site.t, time.Since(began), time.Minute, "the list has not come to %d instances: %+v", n, c.Stats())
	}
}

func TestServersThatAreCutOffFromEtcdAreCalledAndNotHungUpOn(t *testing.T) {
	t.Parallel()
	s, _ := newEtcdSite(t)
	hosts := s.starts(5)
	c := s.client(client.Options{})
	c.callsUntil(5, hosts)
	for _, h := range hosts {
		h.cutOff()
	}
	c.callsUntil(0, hosts)
	c.calls(ttl)
	for _, h := range hosts {
		h.heal()
	}
	c.callsUntil(5, hosts)
	c.keptConnections(hosts)
}

func TestAnEtcdThatComesBackWithoutItsDataCostsNoConnection(t *testing.T) {
	t.Parallel()
	s, node := newEtcdSite(t)
	hosts := s.starts(3)
	c := s.client(client.Options{})
	c.callsUntil(3, hosts)
	node.Close()
	c.calls(ttl / 2)
	opts := embedded.Quick()
	opts.Listen = node.Addr()
	empty, err := embedded.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { empty.Close() })
	late := s.start("late:1234") // by which the client sees the new list
	c.callsUntil(4, append(hosts, late))
	c.keptConnections(hosts)
}

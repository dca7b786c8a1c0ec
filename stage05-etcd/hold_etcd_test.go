package workshop_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/embedded"
)

// listsAnswering makes calls, and none fails, until the client's list has n
// instances and each of the hosts has answered since then.
func (c *caller) listsAnswering(n int, hosts []*host) {
	c.site.t.Helper()
	c.until(func() bool { return len(c.Stats().Instances) == n })
	c.untilAnsweredBy(hosts...)
}

func TestServersThatAreCutOffFromEtcdAreCalledAndNotHungUpOn(t *testing.T) {
	s, _ := newEtcdSite(t)
	hosts := s.starts(5)
	c := s.client(unhurried())
	c.listsAnswering(5, hosts)
	for _, h := range hosts {
		h.cutOff()
	}
	c.listsAnswering(0, hosts)
	for _, h := range hosts {
		h.heal()
	}
	c.listsAnswering(5, hosts)
	c.keptConnections(hosts)
}

func TestAnEtcdThatComesBackWithoutItsDataCostsNoConnection(t *testing.T) {
	s, nodes := newEtcdSite(t)
	hosts := s.starts(3)
	c := s.client(unhurried())
	c.listsAnswering(3, hosts)
	embedded.CloseAll(nodes)
	c.until(func() bool { return c.Stats().Stale })
	restarted, err := embedded.Restart(t.Context(), nodes...)
	require.NoError(t, err)
	t.Cleanup(func() { embedded.CloseAll(restarted) })
	late := s.start("late:1234") // which only the new one lists
	c.listsAnswering(4, append(hosts, late))
	c.keptConnections(hosts)
}

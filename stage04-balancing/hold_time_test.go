package workshop_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// cutOff returns a caller and its hosts, which have just been cut off from the
// registry.
func cutOff(t *testing.T, opts client.Options) (*caller, []*host) {
	s := newSite(t, 5*time.Second)
	hosts := s.starts(3)
	c := s.client(opts)
	c.calls(s.ttl)
	for _, h := range hosts {
		h.cutOff()
	}
	return c, hosts
}

func TestACutThatIsLongerThanTheHoldTimeCostsNoCallWhileThereAreCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, hosts := cutOff(t, client.Options{Hold: time.Minute})
		c.every = 500 * time.Millisecond
		c.calls(10 * time.Minute)
		for _, h := range hosts {
			h.heal()
		}
		c.calls(time.Minute)
		require.Len(t, c.Stats().Instances, 3)
		c.keepsAll(hosts)
	})
}

func TestACutWithoutACallForTheHoldTimeIsTheEndOfHolding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, hosts := cutOff(t, client.Options{})
		began := time.Now()
		c.calls(2 * c.site.ttl)
		time.Sleep(5*time.Minute - time.Second)
		require.NoError(t, c.try())
		time.Sleep(5*time.Minute + time.Second)
		require.ErrorIs(t, c.try(), client.ErrNoInstances, "after %v", time.Since(began))
		synctest.Wait() // for those who are hung up on
		for _, h := range hosts {
			require.Equal(t, 1, c.closes[h.in.Addr])
			h.heal()
		}
		time.Sleep(c.site.ttl)
		c.calls(c.site.ttl)
		require.Len(t, c.answers, 3)
	})
}

func TestHoldingCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, hosts := cutOff(t, client.Options{Hold: -1})
		time.Sleep(c.site.ttl + time.Second)
		require.ErrorIs(t, c.try(), client.ErrNoInstances)
		synctest.Wait() // for those who are hung up on
		for _, h := range hosts {
			require.Equal(t, 1, c.closes[h.in.Addr])
		}
	})
}

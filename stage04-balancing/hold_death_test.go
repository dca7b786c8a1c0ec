package workshop_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestWhenEighteenOfTwentyDieTheOtherTwoAnswerEveryCall(t *testing.T) {
	for kind, newSite := range sites {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, 5*time.Second)
				hosts := s.starts(20)
				c := s.client(client.Options{})
				c.calls(s.ttl)
				for _, h := range hosts[:18] {
					h.machine.Kill()
				}
				c.reset()
				c.calls(2 * s.ttl)
				require.Len(t, c.Stats().Instances, 2)
				require.Len(t, c.answers, 2)
				synctest.Wait() // for whoever is dialling
				clear(c.dials)
				c.calls(2 * s.ttl)
				synctest.Wait()
				require.Empty(t, c.dials, "nobody dials the dead for ever")
			})
		})
	}
}

func TestWhenAllDieCallsFailUntilOneIsListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, 5*time.Second)
		hosts := s.starts(3)
		c := s.client(client.Options{})
		c.calls(s.ttl)
		for _, h := range hosts {
			h.machine.Kill()
		}
		for range 20 {
			began := time.Now()
			require.Error(t, c.try())
			require.Less(t, time.Since(began), 6*time.Second, "it fails by its time-out")
			time.Sleep(time.Second)
		}
		require.ErrorIs(t, c.try(), client.ErrNoInstances, "held ones have no connection any more")
		s.start("host-09:1234")
		synctest.Wait()
		c.calls(s.ttl)
	})
}

func TestKilledServersThatComeBackUnderTheirIDsAreListedWhenTheirLeasesHaveRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, 5*time.Second)
		c := s.client(client.Options{})
		for _, h := range s.starts(4) {
			h.machine.Kill()
			anew := s.serve(h.in.ID, "new-"+h.in.Addr)
			go anew.register()
		}
		time.Sleep(s.ttl + 3*time.Second)
		require.Len(t, c.Stats().Instances, 4)
		c.calls(s.ttl)
		require.Len(t, c.answers, 4)
	})
}

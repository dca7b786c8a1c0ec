package client_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

func TestAHeldInstanceKeepsItsConnectionAndGetsNoNewCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1", "c:1")
		o.list(o.hosts[:2], o.hosts[2:])
		require.Equal(t, []string{"a:1", "b:1"}, o.share(t))
		_, closes := o.counts("c:1")
		require.Zero(t, closes, "the connection of an instance that is held was closed: its node is in c.nodes, and so does not retire")
		require.Equal(t, []string{"c:1"}, o.held())
		require.Equal(t, client.Ready, o.client.Stats().Held[0].State)

		o.list(o.hosts, nil)
		require.Equal(t, []string{"a:1", "b:1", "c:1"}, o.share(t), "it is listed again")
		dials, closes := o.counts("c:1")
		require.Equal(t, 1, dials, "and has the connection that it had")
		require.Zero(t, closes)
		require.Empty(t, o.held())
	})
}

func TestWhenMoreAreHeldThanAreListedTheyTakeCallsToo(t *testing.T) {
	for name, tt := range map[string]struct {
		listed, held []int // indices of hosts
		prepare      func(hosts []*host)
		want         []string
	}{
		"more are held":            {listed: []int{0}, held: []int{1, 2}, want: []string{"a:1", "b:1", "c:1"}},
		"as many are held":         {listed: []int{0, 1}, held: []int{2, 3}, want: []string{"a:1", "b:1"}},
		"nobody is listed":         {held: []int{0, 1, 2, 3}, want: []string{"a:1", "b:1", "c:1", "d:1"}},
		"a standby is listed":      {listed: []int{0}, held: []int{1}, want: []string{"b:1"}, prepare: func(hosts []*host) { hosts[0].in.Weight = 0 }},
		"who is listed is dead":    {listed: []int{0, 1}, held: []int{2}, want: []string{"c:1"}, prepare: func(hosts []*host) { hosts[0].kill(); hosts[1].kill() }},
		"most of the held is dead": {listed: []int{0}, held: []int{1, 2, 3}, want: []string{"a:1"}, prepare: func(hosts []*host) { hosts[2].kill(); hosts[3].kill() }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := startOutage(t, "a:1", "b:1", "c:1", "d:1")
				if tt.prepare != nil {
					tt.prepare(o.hosts)
				}
				synctest.Wait()
				var listed, held []*host
				for _, i := range tt.listed {
					listed = append(listed, o.hosts[i])
				}
				for _, i := range tt.held {
					held = append(held, o.hosts[i])
				}
				o.list(listed, held)
				time.Sleep(20 * time.Millisecond) // until all changes are in
				require.Equal(t, tt.want, o.share(t))
			})
		})
	}
}

func TestAHeldInstanceWhoseConnectionBreaksIsGoneUntilItIsListedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1", "c:1")
		o.list(nil, o.hosts)
		o.hosts[0].kill()
		o.hosts[0].listen()
		time.Sleep(9 * time.Minute)
		dials, _ := o.counts("a:1")
		require.Equal(t, 1, dials, "it is not dialled anew")
		require.Equal(t, []string{"b:1", "c:1"}, o.share(t))
		o.list(nil, o.hosts)
		require.Equal(t, []string{"b:1", "c:1"}, o.share(t), "another list that holds it changes nothing")
		require.Equal(t, []string{"b:1", "c:1"}, o.held())

		o.list(o.hosts, nil)
		require.Equal(t, []string{"a:1", "b:1", "c:1"}, o.share(t))
		dials, _ = o.counts("a:1")
		require.Equal(t, 2, dials)
	})
}

func TestAHeldInstanceWhoseConnectionBrokeIsDialledWhenItIsListedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1")
		o.list(o.hosts[1:], o.hosts[:1])
		o.hosts[0].kill()
		synctest.Wait()
		o.hosts[0].listen()
		o.list(o.hosts, nil)
		require.Equal(t, []string{"a:1", "b:1"}, o.share(t), "an instance whose node is lost gets a new node when it is listed again")
	})
}

func TestHeldInstancesTakeNoMoreCallsWhenTooManyOfThemHaveDied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1", "c:1", "d:1", "e:1")
		o.list(o.hosts[:2], o.hosts[2:])
		require.Equal(t, []string{"a:1", "b:1", "c:1", "d:1", "e:1"}, o.share(t))
		o.hosts[4].kill()
		time.Sleep(20 * time.Millisecond) // until the news is in
		require.Equal(t, []string{"a:1", "b:1"}, o.share(t))
	})
}

func TestWhoIsNotConnectedIsNotHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1")
		o.hosts = append(o.hosts, o.serve("c:1"))
		o.list(o.hosts, nil)
		o.hosts[1].kill()
		synctest.Wait()
		connecting := o.serve("d:1")
		fill := o.blackHole("d:1")
		o.list([]*host{connecting}, o.hosts)
		call := o.client.Go(t.Context(), "Work.Slow", time.Second, new(time.Duration))
		synctest.Wait()
		o.hosts = append(o.hosts, connecting)
		o.list(nil, o.hosts)
		fill()
		require.NoError(t, (<-call.Done).Err)
		require.Equal(t, []string{"a:1"}, o.share(t))
		require.Equal(t, []string{"a:1"}, o.held())
		time.Sleep(time.Hour)
		dials, _ := o.counts("c:1")
		require.Zero(t, dials)
		dials, _ = o.counts("b:1")
		require.Equal(t, 1, dials, "it was in transient failure when it vanished")
	})
}

func TestWhenHoldingEndsTheConnectionIsClosedAfterItsLastCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1")
		o.list(nil, o.hosts)
		call := o.client.Go(t.Context(), "Work.Slow", time.Second, new(time.Duration)) // on a:1
		synctest.Wait()
		o.list(nil, nil)
		require.ErrorIs(t, o.client.Call(t.Context(), "Work.Do", 7, new(int)), client.ErrNoInstances)
		_, closes := o.counts("b:1")
		require.Equal(t, 1, closes)
		_, closes = o.counts("a:1")
		require.Zero(t, closes)
		require.NoError(t, (<-call.Done).Err)
		synctest.Wait()
		_, closes = o.counts("a:1")
		require.Equal(t, 1, closes)
	})
}

func TestAHeldInstanceThatAnswersNobodyIsEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := startOutage(t, "a:1", "b:1", "c:1")
		o.list(nil, o.hosts)
		o.hosts[0].freeze()
		for range 15 {
			do(t, o.client)
		}
		require.True(t, o.client.Stats().Held[0].Ejected)
	})
}

func TestWhoIsListedAtItsAddressUnderAnotherIDIsNotHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		hosts := []*host{cluster.serve("a:1"), cluster.serve("b:1")}
		c := cluster.clientOf(script, client.Options{Balancer: roundRobin()})
		for i := range 10 { // each time there are more who have vanished than who are listed
			for _, h := range hosts {
				h.in.ID = fmt.Sprint(h.in.Addr, i)
			}
			script.Shows(snapshot(hosts...))
			synctest.Wait()
			do(t, c)
			do(t, c)
		}
		require.Empty(t, c.Stats().Held)
		for _, h := range hosts {
			dials, closes := cluster.counts(h.in.Addr)
			require.Equal(t, 1, dials-closes, "connections to %s", h.in.Addr)
			require.EqualValues(t, 10, h.ran.Load())
		}
	})
}

func TestNewHoldsWhoVanishesUnlessItIsToldNotTo(t *testing.T) {
	for hold, last := range map[time.Duration]time.Duration{0: 5 * time.Minute, time.Minute: time.Minute, -1: 0} {
		t.Run(hold.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster, script := newCluster(t), registrytest.NewScript()
				a, b := cluster.serve("a:1"), cluster.serve("b:1")
				c := cluster.clientOf(script, client.Options{Balancer: roundRobin(), Hold: hold})
				script.Shows(snapshot(a, b))
				synctest.Wait()
				do(t, c)
				do(t, c)
				script.Shows(snapshot())
				synctest.Wait()
				if last > 0 {
					for range 100 { // far longer than it holds anybody who does not answer
						time.Sleep(last / 10)
						do(t, c)
					}
					time.Sleep(last - 1)
					do(t, c)
					do(t, c)
					time.Sleep(last)
					synctest.Wait()
				}
				require.ErrorIs(t, c.Call(t.Context(), "Work.Do", 7, new(int)), client.ErrNoInstances)
			})
		})
	}
}

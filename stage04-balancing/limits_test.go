package workshop_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

const ttl = 15 * time.Second // of every lease

// TestNoCallFailsWhenAServerDies turns two limits of stage 03 around. The dead
// server is still listed, and no call fails, because the client tries another
// one; and calls go to all servers, because a balancer chooses.
func TestNoCallFailsWhenAServerDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, ttl)
		hosts := s.starts(3)
		c := s.client(client.Options{})
		c.every = 10 * time.Millisecond
		c.calls(10 * time.Second)
		for _, h := range hosts {
			require.InDelta(t, 333, c.answers[h.in.Addr], 20)
		}

		hosts[0].machine.Kill()
		c.reset()
		c.calls(9 * time.Second) // its lease lasts at least ten after its last heartbeat
		require.Len(t, c.Stats().Instances, 3, "it has not been evicted yet")
		require.Len(t, c.answers, 2)
		c.calls(20 * time.Second)
		require.Len(t, c.Stats().Instances, 2, "it has been evicted")
	})
}

// TestAFrozenServerDoesNotKeepItsClient turns the third limit of stage 03
// around. The connection to a server that is frozen stays, and no call waits for
// it: others answer, and the list takes it away and gives it back.
func TestAFrozenServerDoesNotKeepItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, ttl)
		hosts := s.starts(3)
		c := s.client(client.Options{})
		c.calls(time.Second)

		hosts[0].machine.Freeze()
		c.reset()
		c.calls(2 * ttl)
		require.Len(t, c.answers, 2)
		require.Len(t, c.Stats().Instances, 2, "its lease has run out")

		hosts[0].machine.Thaw()
		c.calls(ttl)
		require.Len(t, c.Stats().Instances, 3)
		require.NotZero(t, c.answers[hosts[0].in.Addr])
	})
}

// TestAServerThatMovesIsNeverFoundWithoutTheRegistrysMachine is what stage 04
// cannot do. The registry is one process on one machine. When that is gone the
// last list serves on; but a server that moves has nobody to tell, and its
// clients have nobody to ask, for as long as anyone cares to wait.
func TestAServerThatMovesIsNeverFoundWithoutTheRegistrysMachine(t *testing.T) {
	const lesson = "a server that moved was found without the registry's machine; " +
		"it must not be before stage 05, where the registry is etcd on three machines"
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, ttl)
		moves := s.start("host-1:1234")
		c := s.client(client.Options{})
		c.every = 10 * time.Second
		c.calls(time.Minute)

		s.registry.Kill()
		c.calls(time.Hour) // the last list serves on
		require.True(t, c.Stats().Stale)

		moves.machine.Kill()
		moved := s.serve(moves.in.ID, "host-2:1234")
		go moved.register()
		direct, err := client.Dial(t.Context(), "tcp", "host-2:1234", client.Options{DialContext: s.network.DialContext})
		require.NoError(t, err)
		defer direct.Close()
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(c.every) {
			require.NoError(t, direct.Call(t.Context(), "Arith.Multiply", arith.Args{A: 7, B: 8}, new(int)), "for whoever knows where")
			require.Error(t, c.try(), lesson)
		}
	})
}

// TestAMethodThatMayNotRunTwiceLosesTheCallsInProgress is a limit that stays.
// When a server dies in the middle of a call, nobody knows whether the method
// ran. Only the caller of an idempotent method may be given another server.
func TestAMethodThatMayNotRunTwiceLosesTheCallsInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, ttl)
		hosts := s.starts(3)
		c := s.client(client.Options{})
		c.calls(time.Second)
		for _, h := range hosts {
			h.service.Delay = time.Second
		}
		var calls []*client.Call
		for range 30 {
			calls = append(calls, c.Go(t.Context(), "Arith.Sum", arith.Args{A: 7, B: 8}, new(int)))
		}
		time.Sleep(time.Second / 2)
		inProgress := c.Stats().Instances[0].InFlight
		require.NotZero(t, inProgress)
		hosts[0].machine.Kill()
		lost := 0
		for _, call := range calls {
			<-call.Done
			if call.Err != nil {
				lost++
				var err *client.CallError
				require.ErrorAs(t, call.Err, &err)
				require.Equal(t, hosts[0].in.Addr, err.Addr)
				require.True(t, err.Sent, "a call that was not sent goes elsewhere, whatever its method")
			}
		}
		require.EqualValues(t, inProgress, lost)
		for range 30 { // though it is still listed
			require.NoError(t, c.Call(t.Context(), "Arith.Sum", arith.Args{A: 7, B: 8}, new(int)))
		}
	})
}

// TestAClientThatStartsWhileAllAreCutOffFindsNobody is a limit that stays. Who
// has connections keeps them when the registry loses everybody. Who has none
// believes the list.
func TestAClientThatStartsWhileAllAreCutOffFindsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, ttl)
		hosts := s.starts(3)
		old := s.client(client.Options{})
		old.calls(time.Second)
		for _, h := range hosts {
			h.cutOff()
		}
		old.calls(2 * ttl)

		young := s.client(client.Options{})
		require.ErrorIs(t, young.try(), client.ErrNoInstances)
		old.calls(time.Second)
		for _, h := range hosts {
			h.heal()
		}
		old.calls(ttl)
		young.calls(time.Second)
		require.Len(t, young.answers, 3)
	})
}

// TestAServerThatBeatsAndDoesNotWorkStaysListed is a limit that stays. A
// heartbeat says that a process lives, and not that it answers its callers.
func TestAServerThatBeatsAndDoesNotWorkStaysListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, ttl)
		hosts := s.starts(3)
		hosts[0].service.Delay = 30 * time.Second
		c := s.client(client.Options{})
		c.every = time.Second
		c.calls(time.Hour) // of a method that may run twice
		require.Len(t, c.Stats().Instances, 3)
		require.Zero(t, c.answers[hosts[0].in.Addr])

		late := 0
		for range 600 {
			time.Sleep(c.every)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if c.Call(ctx, "Arith.Sum", arith.Args{A: 7, B: 8}, new(int)) != nil {
				late++
			}
			cancel()
		}
		require.NotZero(t, late, "of a method that may not")
	})
}

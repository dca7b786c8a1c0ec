package workshop_test

import (
	"context"
	"flag"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/arith"
	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/internal/leaktest"
)

// TestMain lets all tests run at the same time, for those with etcd spend it
// waiting.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "16")
	leaktest.Main(m)
}

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

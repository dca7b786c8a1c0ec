package workshop_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/client"
	"example.com/workshop/stage02-registry/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// TestAServerThatMovedIsFoundByItsName turns the limit of stage 01 around: the
// server leaves its address, and no call fails.
func TestAServerThatMovedIsFoundByItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		c := s.client()
		before := s.start("host-0:1234")
		for move := range 10 {
			addr, err := call(t, c)
			require.NoError(t, err)
			require.Equal(t, before.in.Addr, addr)

			after := s.start(fmt.Sprintf("host-%d:1234", move+1))
			require.NoError(t, before.registration.Deregister(t.Context()))
			require.NoError(t, before.server.Shutdown(t.Context()))
			synctest.Wait()
			before = after
		}
	})
}

// TestADeadServerStaysListed is the first thing that stage 02 cannot do. A
// server that dies says no goodbye, so the registry sends callers to it for as
// long as anyone cares to wait, and never to the healthy ones beside it.
func TestADeadServerStaysListed(t *testing.T) {
	const lesson = "a dead server of stage 02 was taken off the list; nobody does that before stage 03, where a registration is a lease"
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		hosts := s.starts(3)
		c := s.client()
		_, err := call(t, c)
		require.NoError(t, err)

		hosts[0].machine.Kill()
		for began := time.Now(); time.Since(began) < time.Hour; time.Sleep(time.Minute) {
			require.Len(t, s.listed(), 3, lesson)
			_, err := call(t, c)
			require.Error(t, err, lesson)
			_, err = call(t, s.client())
			require.Error(t, err, lesson)
		}
	})
}

// TestEverybodyIsTrusted is the second thing that stage 02 cannot do. It does
// not ask who registers, who replaces an instance, or who deregisters it.
func TestEverybodyIsTrusted(t *testing.T) {
	const lesson = "stage 02 refused a stranger; nobody does that before stage 03, where a change names the lease"
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		h := s.start("host:1234")
		require.Equal(t, http.StatusOK, s.post("/register", "service=Arith&id=host:1234&addr=stranger:1234"), lesson)
		require.Equal(t, []string{"stranger:1234"}, s.listed(), lesson)
		_, err := call(t, s.client())
		require.ErrorContains(t, err, "stranger:1234")

		require.Equal(t, http.StatusOK, s.post("/deregister", "service=Arith&id=host:1234"), lesson)
		_, err = call(t, s.client())
		require.ErrorIs(t, err, client.ErrNoInstances)
		require.NoError(t, h.machine.Context().Err(), "the server is well all the time")
	})
}

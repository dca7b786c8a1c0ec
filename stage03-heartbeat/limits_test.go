package workshop_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

const (
	ttl   = 15 * time.Second // how long a server is listed without a beat
	sweep = time.Second      // the time from one look for leases that have run out to the next
)

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

// TestADeadServerIsGoneWhenItsLeaseHasRunOut turns the first limit of stage 02
// around: nobody deregisters the dead server, and the calls work again.
func TestADeadServerIsGoneWhenItsLeaseHasRunOut(t *testing.T) {
	for _, age := range []time.Duration{0, 7 * time.Second, time.Minute, time.Hour} {
		t.Run(fmt.Sprintf("dead after %v", age), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t)
				hosts := s.starts(3)
				c := s.client()
				time.Sleep(age)
				addr, err := call(t, c)
				require.NoError(t, err)
				require.Equal(t, hosts[0].in.Addr, addr)

				hosts[0].machine.Kill()
				death := time.Now()
				time.Sleep(ttl - ttl/3*11/10 - 1) // its latest beat may be that long ago
				require.Len(t, s.listed(), 3)
				time.Sleep(time.Until(death.Add(ttl + sweep)))
				synctest.Wait()
				require.Len(t, s.listed(), 2)
				for range 100 {
					addr, err := call(t, c)
					require.NoError(t, err)
					require.Equal(t, hosts[1].in.Addr, addr)
				}
			})
		})
	}
}

// TestAStrangerChangesNobodysEntry turns the second limit of stage 02 around.
// Whoever does not know the lease cannot take the id while the lease runs. That
// a stranger may register under an id of its own is a limit that stays.
func TestAStrangerChangesNobodysEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		h := s.start("host:1234")
		for form, statuses := range map[string]map[string]int{
			"service=Arith&id=host:1234&addr=stranger:1234":               {"/register": http.StatusConflict},
			"service=Arith&id=host:1234&addr=host:1234":                   {"/register": http.StatusConflict},
			"service=Arith&id=host:1234&addr=stranger:1234&lease=guessed": {"/register": http.StatusConflict},
			"service=Arith&id=host:1234":                                  {"/heartbeat": http.StatusBadRequest, "/deregister": http.StatusBadRequest},
			"service=Arith&id=host:1234&lease=other":                      {"/heartbeat": http.StatusNotFound, "/deregister": http.StatusNotFound},
		} {
			for path, want := range statuses {
				require.Equal(t, want, s.post(path, form), "%s %s", path, form)
				require.Equal(t, []string{h.in.Addr}, s.listed(), "%s %s", path, form)
			}
		}
		require.Equal(t, http.StatusOK, s.post("/register", "service=Arith&id=own&addr=stranger:1234"))
		require.Len(t, s.listed(), 2)
	})
}

// TestCallsFailUntilTheLeaseHasRunOut is the first thing that stage 03 cannot
// do. Two healthy servers stand beside the dead one, on the same list, and no
// call goes to them.
func TestCallsFailUntilTheLeaseHasRunOut(t *testing.T) {
	const lesson = "a client of stage 03 got past a dead server that was listed; " +
		"it must not before stage 04, where the client knows the other instances too"
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		hosts := s.starts(3)
		c := s.client()
		_, err := call(t, c)
		require.NoError(t, err)
		hosts[0].machine.Kill()
		failed := 0
		for len(s.listed()) == 3 {
			_, err := call(t, c)
			require.Error(t, err, lesson)
			failed++
			time.Sleep(100 * time.Millisecond)
			synctest.Wait() // until a sweep at the same time is over
		}
		require.GreaterOrEqual(t, failed, 90, "for two thirds of the TTL at least")
	})
}

// TestOneServerDoesAllTheWork is the second thing that stage 03 cannot do.
func TestOneServerDoesAllTheWork(t *testing.T) {
	const lesson = "a client of stage 03 spread its calls; it must not before stage 04, where a balancer chooses"
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		hosts := s.starts(3)
		calls := make(map[string]int)
		for range 10 { // clients
			c := s.client()
			for range 30 {
				addr, err := call(t, c)
				require.NoError(t, err)
				calls[addr]++
			}
		}
		require.Equal(t, map[string]int{hosts[0].in.Addr: 300}, calls, lesson)
	})
}

// TestEvictionCleansTheListAndNotTheClient is the third thing that stage 03
// cannot do. A server that is frozen for longer than its lease leaves the list
// and closes nothing, so a client that has a connection to it goes on calling
// it. A client that looks the name up now is well.
func TestEvictionCleansTheListAndNotTheClient(t *testing.T) {
	const lesson = "a client of stage 03 left a server that is off the list; it must not before stage 04, where it follows the list"
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		hosts := s.starts(3)
		c := s.client()
		_, err := call(t, c)
		require.NoError(t, err)

		hosts[0].machine.Freeze()
		time.Sleep(ttl + sweep)
		require.Len(t, s.listed(), 2)
		fresh := s.client()
		for began := time.Now(); time.Since(began) < 20*ttl; time.Sleep(time.Second) {
			_, err := call(t, c)
			require.ErrorIs(t, err, context.DeadlineExceeded, lesson)
			addr, err := call(t, fresh)
			require.NoError(t, err)
			require.Equal(t, hosts[1].in.Addr, addr)
		}

		hosts[0].machine.Thaw()
		time.Sleep(ttl)
		require.Len(t, s.listed(), 3)
		_, err = call(t, c)
		require.NoError(t, err)
	})
}

package registry_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// mortal registers an instance that lives until die is called.
func mortal(t *testing.T, c *registry.Client, in registry.Instance) (die func()) {
	t.Helper()
	life, die := context.WithCancel(t.Context())
	_, err := c.Register(life, in)
	require.NoError(t, err)
	return die
}

func TestANewcomerWaitsForTheLeaseOfTheDead(t *testing.T) {
	for name, addr := range map[string]string{"at another address": "127.0.0.1:2", "at the same address": "127.0.0.1:1"} {
		for _, late := range []time.Duration{0, time.Second, 7 * time.Second, 14 * time.Second} {
			t.Run(fmt.Sprintf("%s, after %v", name, late), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var network memnet.Network
					var log logtest.Buffer
					var attempts moments
					s := sweeping(t, registry.Options{})
					serve(t, &network, noting(registry.Handler(s), "/register", attempts.note))
					c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
					mortal(t, c, instance("Arith", "a", "127.0.0.1:1"))()
					died := time.Now()
					time.Sleep(late)
					_, err := c.Register(t.Context(), instance("Arith", "a", addr))
					require.NoError(t, err)
					require.GreaterOrEqual(t, time.Since(died), ttl)
					require.LessOrEqual(t, time.Since(died), ttl+time.Second, "by a TTL and a sweep")
					require.Less(t, len(attempts.pauses()), 6)
					require.Equal(t, addr, s.Instances("Arith")[0].Addr)
					require.Equal(t, 1, strings.Count(log.String(), "id is taken: a of Arith is 127.0.0.1:1 for another"), log.String())
					require.NotContains(t, log.String(), "answers again", "it did all the while")
				})
			})
		}
	}
}

func TestANewcomerFollowsWithinFiveSecondsWhenTheOldOneLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{TTL: time.Hour})
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
		old, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		var left time.Time
		time.AfterFunc(time.Minute, func() {
			left = time.Now()
			if err := old.Deregister(t.Context()); err != nil {
				t.Error(err)
			}
		})
		_, err = c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:2"))
		require.NoError(t, err)
		require.LessOrEqual(t, time.Since(left), 5*time.Second+100*time.Millisecond)
	})
}

func TestTheHolderOfALeaseIsNeverDisplaced(t *testing.T) {
	for name, addr := range map[string]string{"at another address": "127.0.0.1:2", "at the same address": "127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var holds, waits logtest.Buffer
				s := sweeping(t, registry.Options{})
				serve(t, &network, registry.Handler(s))
				in, other := instance("Arith", "a", "127.0.0.1:1"), instance("Arith", "a", addr)
				in.Metadata = map[string]string{"started": "12:00"}
				mortal(t, newClient(t, &network, registry.ClientOptions{Logger: untimed(&holds)}), in)
				ctx, cancel := context.WithTimeout(t.Context(), 10*ttl)
				defer cancel()
				_, err := newClient(t, &network, registry.ClientOptions{Logger: untimed(&waits)}).Register(ctx, other)
				require.ErrorIs(t, err, registry.ErrTaken)
				require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}))
				require.Empty(t, holds.String(), "two that live at one address traded the entry")
				require.Contains(t, waits.String(), "is "+registry.Holder(in, other)+" for another 15 s")
			})
		})
	}
}

func TestAllAreListedAgainWhoWereKilledAndRestartedUnderTheirIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
		var kill [4]func()
		for i := range kill {
			kill[i] = mortal(t, c, instance("Arith", fmt.Sprint(i), "127.0.0.1:1"))
		}
		time.Sleep(10 * ttl)
		var again sync.WaitGroup
		for i := range kill {
			kill[i]()
			again.Go(func() {
				if _, err := c.Register(t.Context(), instance("Arith", fmt.Sprint(i), "127.0.0.1:2")); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(ttl + time.Second)
		synctest.Wait()
		require.Len(t, s.Instances("Arith"), len(kill))
		for _, in := range s.Instances("Arith") {
			require.Equal(t, "127.0.0.1:2", in.Addr, "trap R3: the dead keep their ids")
		}
		again.Wait()
	})
}

func TestARegistrationWhoseAnswerWasLostRecoversByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		h, lost := registry.Handler(s), false
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !lost && r.URL.Path == "/register" {
				lost = true
				h.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
			h.ServeHTTP(w, r)
		}))
		c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
		start := time.Now()
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		require.True(t, lost)
		require.Less(t, time.Since(start), time.Second, "under the lease that it has")
		require.NoError(t, r.Deregister(t.Context()))
		require.Empty(t, s.Services())
	})
}

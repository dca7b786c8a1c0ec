package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/internal/logtest"
	"example.com/workshop/stage03-heartbeat/internal/memnet"
	"example.com/workshop/stage03-heartbeat/registry"
)

func TestBeatsFollowTheTTLThatTheRegistryGrantsNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		s := sweeping(t, registry.Options{TTL: ttl / 5}) // the registry restarts, and grants less than before
		h.set(registry.Handler(s).ServeHTTP)
		time.Sleep(longestPause)
		for range 100 {
			require.Len(t, s.Instances("Arith"), 1, "the next beat comes a third of the new TTL later")
			time.Sleep(time.Second / 2)
		}
	})
}

func TestABeatIsRepeatedWithinTheIntervalOfTheLatestLease(t *testing.T) {
	for path, forgets := range map[string]bool{"/heartbeat": false, "/register": true} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var h changing
				h.set(registry.Handler(newStore()).ServeHTTP)
				serve(t, &network, &h)
				c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
				_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
				require.NoError(t, err)
				s := sweeping(t, registry.Options{TTL: ttl / 5}) // the registry restarts, and grants less than before
				h.set(registry.Handler(s).ServeHTTP)
				time.Sleep(longestPause)
				if forgets {
					s = newStore()
				}
				var asked moments
				h.set(on(path, noting(faults["it fails"], path, asked.note), registry.Handler(s)))
				time.Sleep(time.Minute)
				require.Less(t, slices.Max(asked.pauses()), 1200*time.Millisecond, "requests that fail: retry alone repeats them, with pauses of at most the interval of the latest lease, here a second")
			})
		})
	}
}

func TestALeaseWithoutATTLIsRenewedThreeTimesASecondAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var beats atomic.Int64
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/heartbeat" && beats.Add(1) > 300 {
				time.Sleep(time.Second) // or beats without a pause would stop the bubble's clock
			}
			says(200, asJSON, `{"lease":"x"}`).ServeHTTP(w, r)
		}))
		_, err := newClient(t, &network, registry.ClientOptions{}).Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(time.Minute)
		require.InDelta(t, 180, beats.Load(), 20, "MinTTL is the shortest lease")
	})
}

// stubborn is a transport that holds up each heartbeat for a minute, whatever its context.
type stubborn struct {
	http.RoundTripper
	held func() // called when it begins to
}

func (s stubborn) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/heartbeat" {
		s.held()
		time.Sleep(time.Minute)
	}
	return s.RoundTripper.RoundTrip(r)
}

func TestDeregisterReturnsAfterTheBeatThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, registry.Handler(newStore()))
		begun := make(chan time.Time, 1)
		transport := stubborn{&http.Transport{DialContext: network.DialContext}, func() { begun <- time.Now() }}
		c := newClient(t, &network, registry.ClientOptions{Transport: transport, Timeout: time.Hour})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		began := <-begun
		time.Sleep(time.Second)
		require.NoError(t, r.Deregister(t.Context()))
		took := time.Since(began)
		time.Sleep(time.Minute) // until the beat is over in any case
		require.Equal(t, time.Minute, took, "Deregister did not wait for the beat under way: a beat's requests take r.turn")
	})
}

func TestTheEndOfARegistrationIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		serve(t, &network, on("/heartbeat", http.HandlerFunc(hang), registry.Handler(newStore())))
		c := newClient(t, &network, registry.ClientOptions{Timeout: time.Hour, Logger: untimed(&log)})
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(longestPause)
		cancel() // while a beat is under way
		synctest.Wait()
		require.Empty(t, log.String())
	})
}

func TestOnlyARegistryThatHasForgottenTheLeaseIsToldOfTheInstanceAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		registrations := 0
		h := registry.Handler(newStore())
		serve(t, &network, on("/heartbeat", faults["it fails"], noting(h, "/register", func() { registrations++ })))
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(2 * ttl)
		require.Equal(t, 1, registrations, "a registry that fails has forgotten nobody")
	})
}

func TestALeaseIsNotReportedToBeBackBeforeItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		h.set(on("/register", faults["it fails"], registry.Handler(newStore()))) // it has forgotten the lease, and grants no other
		time.Sleep(2 * ttl)
		require.NotContains(t, log.String(), "registered again")
		require.Contains(t, log.String(), "trying again until it works", "beat returns the error of a registration that fails")
	})
}

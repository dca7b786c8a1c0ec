package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// longestPause is the longest time between two beats of a TTL of 15 s.
const longestPause = ttl / 3 * 11 / 10

// on returns h with other in its place for one path.
func on(path string, other, h http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			other.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	}
}

func TestBeatsComeThreeTimesPerTTLWithJitter(t *testing.T) {
	for name, c := range map[string]struct{ longest, asked, beat, want time.Duration }{
		"the default":            {0, 0, 0, 5 * time.Second},
		"a TTL of one's own":     {0, 3 * time.Second, 0, time.Second},
		"more than is granted":   {0, time.Minute, 0, 5 * time.Second},
		"the usual tutorials":    {time.Minute, time.Minute, 10 * time.Second, 10 * time.Second},
		"too seldom for the TTL": {0, time.Minute, 10 * time.Second, 5 * time.Second},
		"more often than needed": {0, 0, 50 * time.Millisecond, 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				s := sweeping(t, registry.Options{TTL: c.longest})
				var beats moments
				serve(t, &network, noting(registry.Handler(s), "/heartbeat", beats.note))
				client := newClient(t, &network, registry.ClientOptions{TTL: c.asked, Beat: c.beat})
				_, err := client.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
				require.NoError(t, err)
				beats.note()
				time.Sleep(200 * c.want)
				pauses := beats.pauses()
				require.InDelta(t, 200, len(pauses), 10)
				shortest, longest := slices.Min(pauses), slices.Max(pauses)
				require.GreaterOrEqual(t, shortest, c.want*9/10)
				require.LessOrEqual(t, longest, c.want*11/10)
				require.Greater(t, longest-shortest, c.want/10, "the jitter")
			})
		})
	}
}

func TestARegistrationOutlivesItsTTLForAsLongAsItLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		var registrations moments
		serve(t, &network, noting(registry.Handler(s), "/register", registrations.note))
		c := newClient(t, &network, registry.ClientOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := c.Register(ctx, instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		for range 1000 {
			time.Sleep(ttl / 4)
			require.Len(t, s.Instances("Arith"), 1)
		}
		require.Empty(t, registrations.pauses(), "one was enough")

		cancel()
		time.Sleep(ttl - longestPause - 1)
		require.Len(t, s.Instances("Arith"), 1, "the end of its context does not deregister it")
		time.Sleep(longestPause + time.Second)
		require.Empty(t, s.Instances("Arith"), "but it beats no more")
	})
}

func TestARegistrationSurvivesARegistryThatWasAway(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var network memnet.Network
				var log journal
				s := sweeping(t, registry.Options{})
				var h changing
				h.set(registry.Handler(s).ServeHTTP)
				serve(t, &network, &h)
				c := newClient(t, &network, registry.ClientOptions{Logger: log.logger()})
				_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
				require.NoError(t, err)
				time.Sleep(ttl)
				h.set(fault)
				time.Sleep(3 * ttl)
				require.Empty(t, s.Instances("Arith"), "evicted meanwhile")
				h.set(registry.Handler(s).ServeHTTP)
				within := longestPause
				if name == "it hangs" {
					within += 2 * time.Second // until the request that hangs has timed out
				}
				time.Sleep(within)
				require.Len(t, s.Instances("Arith"), 1)
				time.Sleep(10 * ttl)
				require.Len(t, s.Instances("Arith"), 1)
				checkOutage(t, log.String())
			})
		})
	}
}

// checkOutage fails unless the log tells of one outage in three lines.
func checkOutage(t *testing.T, log string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(log), "\n")
	require.Len(t, lines, 3, log)
	require.Contains(t, lines[0], `level=WARN msg="trying again until it works" err="registry http://registry:8500: `)
	require.Equal(t, `level=WARN msg="the lease was lost: registered again" service=Arith id=a`, lines[1])
	require.Contains(t, lines[2], `level=INFO msg="the registry answers again" failures=`)
}

func TestARegistrationSurvivesARegistryThatWasDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log journal
		stop := serve(t, &network, registry.Handler(newStore()))
		c := newClient(t, &network, registry.ClientOptions{Logger: log.logger()})
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(ttl)
		stop()
		time.Sleep(3 * ttl)
		s := sweeping(t, registry.Options{})
		serve(t, &network, registry.Handler(s))
		time.Sleep(longestPause)
		require.Len(t, s.Instances("Arith"), 1)
		time.Sleep(10 * ttl)
		require.Len(t, s.Instances("Arith"), 1)
		checkOutage(t, log.String())
	})
}

func TestABeatThatFailsIsRepeatedWithinABeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var beats moments
		h := registry.Handler(newStore())
		fail, fails := faults["it fails"], false
		everySecond := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			beats.note()
			if fails = !fails; fails {
				fail(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
		serve(t, &network, on("/heartbeat", everySecond, h))
		c := newClient(t, &network, registry.ClientOptions{Beat: 20 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(2 * time.Second)
		require.LessOrEqual(t, slices.Max(beats.pauses()), 22*time.Millisecond)
	})
}

func TestARegistryThatRestartsEmptyIsToldWithinOneBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log journal
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: log.logger()})
		in := instance("Arith", "a", "127.0.0.1:1")
		in.Metadata = map[string]string{"zone": "x"}
		_, err := c.Register(t.Context(), in)
		require.NoError(t, err)
		time.Sleep(ttl)
		s := newStore()
		h.set(registry.Handler(s).ServeHTTP)
		time.Sleep(longestPause)
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}))
		require.Equal(t, "level=WARN msg=\"the lease was lost: registered again\" service=Arith id=a\n", log.String())
	})
}

func TestABeatThatIsRefusedIsLoggedAndRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log journal
		s := sweeping(t, registry.Options{})
		var h changing
		h.set(registry.Handler(s).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: log.logger()})
		_, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		h.set(says(http.StatusBadRequest, asJSON, `{"error":"too long","field":"version"}`))
		time.Sleep(2 * ttl)
		require.Contains(t, log.String(), "level=ERROR msg=\"the registry refuses the heartbeat\" err=\"registry http://registry:8500: version: too long\"\n")
		require.InDelta(t, 6, strings.Count(log.String(), "\n"), 1, "once per beat")
		h.set(registry.Handler(s).ServeHTTP)
		time.Sleep(longestPause)
		require.Len(t, s.Instances("Arith"), 1)
	})
}

func TestASlowBeatDoesNotBringBackWhatWasDeregistered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		h := registry.Handler(s)
		var begun atomic.Int32
		slow := noting(slowly(h, time.Minute), "/heartbeat", func() { begun.Add(1) })
		serve(t, &network, on("/heartbeat", slow, h))
		c := newClient(t, &network, registry.ClientOptions{Timeout: time.Hour})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(longestPause)
		require.EqualValues(t, 1, begun.Load(), "a beat is under way")
		start := time.Now()
		require.NoError(t, r.Deregister(t.Context()))
		require.Zero(t, time.Since(start), "nobody waits for a beat")
		require.Empty(t, s.Services())
		time.Sleep(time.Hour)
		require.Empty(t, s.Services())
		require.EqualValues(t, 1, begun.Load())
	})
}

func TestASlowRegistrationDoesNotBringBackWhatWasDeregistered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)

		s := newStore() // the registry restarts and is told again, slowly
		begun := make(chan bool, 1)
		again := registry.Handler(s)
		h.set(on("/register", noting(slowly(again, 1900*time.Millisecond), "/register", func() { begun <- true }), again))
		<-begun
		require.NoError(t, r.Deregister(t.Context()))
		require.Empty(t, s.Services())
		time.Sleep(time.Hour)
		require.Empty(t, s.Services())
	})
}

func TestARegistrationThatOutlivesItsTimeOutIsListedForOneTTLAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)

		s := sweeping(t, registry.Options{})
		begun := make(chan bool, 1)
		again := registry.Handler(s)
		h.set(on("/register", noting(slowly(again, 3*time.Second), "/register", func() { begun <- true }), again))
		<-begun
		require.NoError(t, r.Deregister(t.Context()), "two seconds later")
		time.Sleep(time.Second)
		synctest.Wait()
		require.Len(t, s.Instances("Arith"), 1, "the registry was slower still")
		time.Sleep(ttl + time.Second)
		require.Empty(t, s.Services(), "but nobody beats")
	})
}

func TestDeregisterDoesNotWaitLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		begun := make(chan bool, 1)
		h.set(on("/register", noting(http.HandlerFunc(hang), "/register", func() { begun <- true }), registry.Handler(newStore())))
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, r.Deregister(ctx), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		time.Sleep(time.Second) // until the request that hangs has timed out
		h.set(registry.Handler(newStore()).ServeHTTP)
		require.NoError(t, r.Deregister(t.Context()), "it can be asked again")
	})
}

func TestARestartedInstanceIsLeftAloneByItsPredecessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{})
		in := instance("Arith", "a", "127.0.0.1:1")
		old, err := c.Register(t.Context(), in)
		require.NoError(t, err)
		in.Version = "v2"
		_, err = c.Register(t.Context(), in)
		require.NoError(t, err)
		require.NoError(t, old.Deregister(t.Context()))
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}))
		time.Sleep(10 * ttl)
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}))
	})
}

func TestHeartbeatsOverHTTP(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	w := send(h, http.MethodPost, "/register", asForm, "name=Arith&addr=127.0.0.1:1&lease=mine&ttl=10s")
	require.JSONEq(t, `{"service":"Arith","id":"127.0.0.1:1","addr":"127.0.0.1:1","network":"tcp","version":"","weight":1,"lease":"mine","ttl":"10s"}`, w.Body.String())
	for _, c := range []struct {
		target, media, body string
		want                int
	}{
		{"/heartbeat", asForm, "name=Arith&id=127.0.0.1:1&lease=mine", http.StatusOK},
		{"/heartbeat", asForm, "name=Arith&addr=127.0.0.1:1", http.StatusOK},
		{"/heartbeat", asJSON, `{"service":"Arith","id":"127.0.0.1:1","lease":"mine"}`, http.StatusOK},
		{"/heartbeat", asJSON, `{"service":"Arith","id":"127.0.0.1:1","lease":"other"}`, http.StatusNotFound},
		{"/heartbeat", asForm, "name=Arith&id=b", http.StatusNotFound},
		{"/heartbeat", asForm, "name=Other&id=127.0.0.1:1", http.StatusNotFound},
		{"/heartbeat", asForm, "name=Arith", http.StatusBadRequest},
		{"/deregister", asForm, "name=Arith&id=127.0.0.1:1&lease=other", http.StatusNotFound},
	} {
		w := send(h, http.MethodPost, c.target, c.media, c.body)
		require.Equal(t, c.want, w.Code, c)
		if c.want == http.StatusOK {
			require.JSONEq(t, `{"lease":"mine","ttl":"10s"}`, w.Body.String())
		}
	}
	w = send(h, http.MethodGet, "/heartbeat?name=Arith&id=127.0.0.1:1", "", "")
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	require.Equal(t, "POST", w.Header().Get("Allow"))
	require.Len(t, s.Instances("Arith"), 1)
	w = send(h, http.MethodPost, "/deregister", asForm, "name=Arith&id=127.0.0.1:1&lease=mine")
	require.Equal(t, http.StatusOK, w.Code)
	require.Empty(t, s.Services())
}

func TestABadLeaseIsRefusedWithTheFieldsName(t *testing.T) {
	h := registry.Handler(newStore())
	for body, want := range map[string]answer{
		"ttl=soon":        {`"soon" is not a duration of 1s or more`, "ttl"},
		"ttl=15":          {`"15" is not a duration of 1s or more`, "ttl"},
		"ttl=999ms":       {`"999ms" is not a duration of 1s or more`, "ttl"},
		"ttl=-15s":        {`"-15s" is not a duration of 1s or more`, "ttl"},
		"ttl=0":           {`"0" is not a duration of 1s or more`, "ttl"},
		"lease=a/b":       {`"a/b" has '/': only letters, digits and -_.:[]+ may stand here`, "lease"},
		"lease=" + longID: {"longer than 128 bytes", "lease"},
	} {
		w := send(h, http.MethodPost, "/register", asForm, "name=Arith&addr=127.0.0.1:1&"+body)
		require.Equal(t, http.StatusBadRequest, w.Code, body)
		require.Empty(t, cmp.Diff(decoded[answer](t, w), want))
	}
	w := send(h, http.MethodPost, "/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1","ttl":15}`)
	require.Empty(t, cmp.Diff(decoded[answer](t, w), answer{"wrong type: number", "ttl"}))
}

package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

// longestPause is the longest time between two beats of a TTL of 15 s.
const longestPause = ttl / 3 * 11 / 10

func TestBeatsComeThreeTimesPerTTLWithJitter(t *testing.T) {
	for name, c := range map[string]struct{ longest, asked, beat, want time.Duration }{
		"the default":            {0, 0, 0, 5 * time.Second},
		"below zero, the same":   {-1, -1, -1, 5 * time.Second},
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
				var log logtest.Buffer
				s := sweeping(t, registry.Options{})
				var h changing
				h.set(registry.Handler(s).ServeHTTP)
				serve(t, &network, &h)
				c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
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
				require.Len(t, s.Instances("Arith"), 1, "listed again within one pause of the registry's return")
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
	require.Contains(t, lines[2], `level=INFO msg="the registry accepts it now" failures=`)
}

func TestARegistrationSurvivesARegistryThatWasDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var log logtest.Buffer
		stop := serve(t, &network, registry.Handler(newStore()))
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
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
		var log logtest.Buffer
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
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
		var log logtest.Buffer
		s := sweeping(t, registry.Options{})
		var h changing
		h.set(registry.Handler(s).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: untimed(&log)})
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

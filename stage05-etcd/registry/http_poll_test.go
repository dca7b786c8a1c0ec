package registry_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// poll asks for another state than one, and tells how long that took.
func poll(t *testing.T, h http.Handler, service string, than uint64, wait string) (state, time.Duration) {
	t.Helper()
	start := time.Now()
	w := send(h, http.MethodGet, fmt.Sprintf("/services/%s?revision=%d&wait=%s", service, than, wait), "", "")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	return decoded[state](t, w), time.Since(start)
}

func TestAnotherRevisionIsAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := newStore()
		for i := range 1000 {
			require.NoError(t, put(old, instance("Arith", strconv.Itoa(i), "127.0.0.1:1")))
		}
		before := get(t, registry.Handler(old), "Arith").Revision
		time.Sleep(time.Second) // in which it is started again
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		for _, service := range []string{"Arith", "Unknown"} {
			now := get(t, h, service)
			for name, revision := range map[string]uint64{
				"none": 0, "the one before": now.Revision - 1, "one from before a restart": before,
				"one that is yet to come": now.Revision + 1, "the greatest": math.MaxUint64,
			} {
				got, took := poll(t, h, service, revision, "30s")
				require.Zero(t, took, "%s: a revision that differs, larger or smaller, is answered at once", name)
				require.Empty(t, cmp.Diff(got, now))
			}
		}
	})
}

func TestTheSameRevisionIsAnsweredAfterTheWaitAndSomeJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		_, err := s.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		now := get(t, h, "Arith")
		var times []time.Duration
		for range 100 {
			got, took := poll(t, h, "Arith", now.Revision, "32s")
			require.Empty(t, cmp.Diff(got, now))
			times = append(times, took)
		}
		require.GreaterOrEqual(t, slices.Min(times), 32*time.Second)
		require.LessOrEqual(t, slices.Max(times), 34*time.Second)
		require.Greater(t, slices.Max(times)-slices.Min(times), time.Second, "a sixteenth is jitter")
		_, took := poll(t, h, "Arith", now.Revision, "0s")
		require.Zero(t, took)
	})
}

func TestAPollEndsWithTheNextChangeOfItsServiceAlone(t *testing.T) {
	updated := instance("Arith", "a", "127.0.0.1:1")
	updated.Metadata = map[string]string{"draining": "true"}
	for name, c := range map[string]struct {
		service string
		change  func(*registry.Store) error
		ends    bool
	}{
		"another instance":       {"Arith", func(s *registry.Store) error { return put(s, instance("Arith", "b", "127.0.0.1:2")) }, true},
		"an update":              {"Arith", func(s *registry.Store) error { return put(s, updated) }, true},
		"a deregistration":       {"Arith", func(s *registry.Store) error { return remove(s, "Arith", "a") }, true},
		"a first instance":       {"New", func(s *registry.Store) error { return put(s, instance("New", "a", "127.0.0.1:1")) }, true},
		"the same instance":      {"Arith", func(s *registry.Store) error { return put(s, instance("Arith", "a", "127.0.0.1:1")) }, false},
		"a beat":                 {"Arith", func(s *registry.Store) error { return beat(s, "Arith", "a") }, false},
		"a service that appears": {"New", func(s *registry.Store) error { return put(s, instance("Newer", "a", "127.0.0.1:1")) }, false},
		"a service that goes":    {"New", func(s *registry.Store) error { return remove(s, "Arith", "a") }, false},
		"another service":        {"Arith", func(s *registry.Store) error { return put(s, instance("Arithmetic", "a", "127.0.0.1:1")) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sweeping(t, registry.Options{})
				h := registry.Handler(s)
				require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
				now := get(t, h, c.service)
				time.AfterFunc(5*time.Second, func() {
					if err := c.change(s); err != nil {
						t.Error(err)
					}
				})
				got, took := poll(t, h, c.service, now.Revision, "10s")
				require.Equal(t, c.ends, took == 5*time.Second, "%v", took)
				require.Equal(t, c.ends, !cmp.Equal(got, now))
				require.Equal(t, c.ends, got.Revision > now.Revision)
			})
		})
	}
}

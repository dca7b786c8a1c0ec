package registry_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestLongPollsLeaveRoomForThoseWhoRegister(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		h := registry.Handler(s)
		now := get(t, h, "Arith").Revision
		var answered, refused atomic.Int64
		ask := func(n int) {
			for range n {
				go func() {
					w := send(h, http.MethodGet, fmt.Sprintf("/services/Arith?revision=%d&wait=5m", now), "", "")
					if w.Code == http.StatusOK {
						answered.Add(1)
					} else if w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "5" {
						refused.Add(1)
					}
				}()
			}
			synctest.Wait()
		}
		const room = 100
		before := s.LimitPolls(room)
		require.Positive(t, before)
		require.LessOrEqual(t, before, 10_000)
		ask(room)
		require.Zero(t, refused.Load())
		ask(10)
		require.Equal(t, int64(10), refused.Load(), "there is no bound")
		require.Zero(t, answered.Load())

		require.Equal(t, now, get(t, h, "Arith").Revision, "who does not wait is answered")
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		synctest.Wait()
		require.Equal(t, int64(room), answered.Load(), "all who wait")

		now = get(t, h, "Arith").Revision
		ask(10)
		require.Equal(t, int64(10), refused.Load(), "there is room again")
		require.NoError(t, remove(s, "Arith", "a"))
	})
}

// busy has no room for a poll that waits.
func busy(h http.Handler, polls *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		polls.Add(1)
		if r.URL.Query().Has("wait") {
			w.Header().Set("Retry-After", "5")
			says(http.StatusServiceUnavailable, asJSON, `{"error":"too many long polls"}`)(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func TestAWatcherWithoutRoomForItsPollAsksNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var polls atomic.Int64
		s := newStore()
		serve(t, &network, busy(registry.Handler(s), &polls))
		w := watch(t, &network, registry.ClientOptions{})
		next(t, w)
		noneFor(t, w, time.Minute) // nor a stale one
		require.InDelta(t, 2*60/5.5, polls.Load(), 4, "one that is refused and one that is answered, every five to six seconds")
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		got, took := next(t, w)
		require.Len(t, got.Instances, 1)
		require.False(t, got.Stale)
		require.LessOrEqual(t, took, 6*time.Second)
	})
}

package client_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
	"example.com/workshop/stage05-etcd/registry/registrytest"
)

func TestStatsSayWhatEachInstanceIsDoing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{Balancer: roundRobin(), Idempotent: idempotent})
		do(t, c)
		hosts[1].kill()
		hosts[2].freeze()
		for len(ejected(c)) == 0 {
			do(t, c)
		}
		until := time.Now().Add(500 * time.Millisecond)
		call := c.Go(t.Context(), "Work.Slow", time.Second, new(time.Duration))
		synctest.Wait()
		got := c.Stats()
		require.NotZero(t, got.Revision)
		require.NotZero(t, got.Instances[0].OK)
		got.Revision, got.Instances[0].OK = 0, 0
		want := client.Stats{Service: "Work", Retries: 6, Held: []client.InstanceStats{}, Instances: []client.InstanceStats{
			{ID: "a:1", Addr: "a:1", Weight: 1, State: client.Ready, Connected: true, InFlight: 1},
			{ID: "b:1", Addr: "b:1", Weight: 1, State: client.TransientFailure, Failed: 1},
			{ID: "c:1", Addr: "c:1", Weight: 1, State: client.Ready, Connected: true, Ejected: true, EjectedUntil: until, Failed: 5},
		}}
		require.Empty(t, cmp.Diff(got, want))
		require.NoError(t, (<-call.Done).Err)
	})
}

func TestTheLatencyIsAMovingAverageOfTheCallsThatWereAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		latency := func(delay time.Duration, calls int) float64 {
			h.delay.Store(int64(delay))
			for range calls {
				do(t, c)
			}
			return c.Stats().Instances[0].LatencyMS
		}
		require.InDelta(t, 10, latency(10*time.Millisecond, 1), 0.001, "the first call is all that is known")
		require.InDelta(t, 11, latency(20*time.Millisecond, 1), 0.001)
		require.InDelta(t, 20, latency(20*time.Millisecond, 100), 0.001)

		h.freeze()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.Error(t, c.Call(ctx, "Work.Do", 7, new(int)))
		stats := c.Stats().Instances[0]
		require.InDelta(t, 20, stats.LatencyMS, 0.001, "nobody knows how long this one would have taken")
		require.EqualValues(t, 102, stats.OK)
	})
}

func TestStatsHaveStableJSONKeys(t *testing.T) {
	stats := client.Stats{
		Instances: []client.InstanceStats{{ID: "a", State: client.Idle}},
		Held:      []client.InstanceStats{{ID: "b", State: client.Ready, Ejected: true, EjectedUntil: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}},
	}
	text, err := json.Marshal(stats)
	require.NoError(t, err)
	require.Equal(t, `{"service":"","revision":0,"stale":false,"age_ms":0,"retries":0,"instances":[`+
		`{"id":"a","addr":"","weight":0,"state":"idle","connected":false,"ejected":false,"in_flight":0,"latency_ms":0,"ok":0,"failed":0}],"held":[`+
		`{"id":"b","addr":"","weight":0,"state":"ready","connected":false,"ejected":true,"ejected_until":"2026-01-02T03:04:05Z","in_flight":0,"latency_ms":0,"ok":0,"failed":0}]}`, string(text))
}

func TestStatsBeforeTheFirstListAreEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, err := json.Marshal(newCluster(t).clientOf(registrytest.NewScript(), client.Options{}).Stats())
		require.NoError(t, err)
		require.Equal(t, `{"service":"Work","revision":0,"stale":false,"age_ms":0,"retries":0,"instances":[],"held":[]}`, string(text))
	})
}

// Grenade explodes while it is encoded, once its pin is out.
type Grenade struct{ pin *atomic.Bool }

func (g Grenade) GobEncode() ([]byte, error) {
	if g.pin.Load() {
		panic("boom")
	}
	return []byte("whole"), nil
}
func (*Grenade) GobDecode([]byte) error { return nil }

func TestCallsInFlightReturnToZeroHoweverTheyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1", "c:1")
		b := &recorder{Balancer: roundRobin()}
		c := cluster.client(client.Options{Balancer: b, Idempotent: idempotent, Timeout: 400 * time.Millisecond})
		var pin atomic.Bool
		var calls []*client.Call
		start := func(timeout time.Duration, method string, args, reply any) {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			call := c.Go(ctx, method, args, reply)
			context.AfterFunc(ctx, cancel)
			calls = append(calls, call)
		}
		down := make(map[*host]bool)
		for range 2000 {
			h := hosts[rand.IntN(len(hosts))]
			switch rand.IntN(12) {
			case 0:
				start(time.Second, "Work.Refuse", 7, new(int))
			case 1:
				start(time.Second, "Work.Do", make(chan int), new(int))
			case 2:
				start(time.Second, "Work.Do", 7, new([]string))
			case 3:
				start(rand.N(20*time.Millisecond), "Work.Slow", time.Second, new(time.Duration))
			case 4:
				func() {
					defer func() { recover() }()
					pin.Store(!pin.Load()) // so that it has been encoded before, at times
					c.Call(t.Context(), "Work.Do", Grenade{&pin}, new(int))
				}()
			case 5:
				if down[h] = !down[h]; down[h] {
					h.kill()
				} else {
					h.restart()
				}
			case 6:
				h.delay.Store(int64(rand.N(300 * time.Millisecond)))
			case 7:
				if h.in.Weight = rand.IntN(3); !down[h] {
					h.register()
				}
			default:
				start(time.Second, "Work.Do", 7, new(int))
			}
			time.Sleep(rand.N(10 * time.Millisecond))
		}
		for _, call := range calls {
			<-call.Done
		}
		for _, in := range c.Stats().Instances {
			require.Zero(t, in.InFlight, "trap B8: %s", in.ID)
		}
		require.Positive(t, b.picks.Load())
		require.Equal(t, b.picks.Load(), b.dones.Load(), "done exactly once for each pick")
	})
}

func TestAStaleListServesOnAndItsAgeGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		h := cluster.serve("a:1")
		c := cluster.clientOf(script, client.Options{})
		fresh := snapshot(h)
		script.Shows(fresh)
		synctest.Wait()
		require.False(t, c.Stats().Stale)
		require.Zero(t, c.Stats().AgeMS)

		time.Sleep(time.Minute)
		require.Zero(t, c.Stats().AgeMS, "a list without a change is not old")
		stale := fresh
		stale.Stale = true
		script.Shows(stale)
		for range 3 {
			time.Sleep(time.Minute)
			do(t, c)
		}
		require.True(t, c.Stats().Stale)
		require.EqualValues(t, 4*time.Minute/time.Millisecond, c.Stats().AgeMS)

		stale.Synced = time.Time{}
		script.Shows(stale)
		synctest.Wait()
		require.Zero(t, c.Stats().AgeMS, "it never answered")

		script.Shows(snapshot(h))
		synctest.Wait()
		require.False(t, c.Stats().Stale)
		require.Zero(t, c.Stats().AgeMS)
	})
}

package balancer_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

func TestLeastConnectionsFillsUpEvenly(t *testing.T) {
	var b balancer.LeastConnections
	b.Update(list("a", "b", "c"))
	count := make(map[string]int)
	for i := range 30 {
		id, _ := begin(t, &b)
		count[id]++
		require.LessOrEqual(t, count[id], i/3+1)
	}
}

func TestLeastConnectionsBreaksTiesAtRandom(t *testing.T) {
	var b balancer.LeastConnections
	b.Update(many(5))
	id, _ := begin(t, &b) // one is busy, four are tied
	for range 2 {         // an update changes nothing
		got := shares(t, &b, 4000)
		require.Zero(t, got[id])
		for other, n := range got {
			// Standard deviation 27.4; eight of them: below 1e-14.
			require.InDelta(t, 1000, n, 220, other)
		}
		b.Update(many(5))
	}
	got := make(map[string]int)
	for range 4000 { // so with skip, which finds the least in another way
		in, done, err := b.Pick(balancer.Info{Skip: skip(id)})
		require.NoError(t, err)
		done(balancer.DoneInfo{})
		got[in.ID]++
	}
	for other, n := range got {
		require.InDelta(t, 1000, n, 220, other)
	}
}

// TestLeastConnectionsAgainstAModel mixes picks, skips, dones and updates and
// compares each pick with counters kept beside it. At the end all counters are
// zero again: the next picks go to every instance once.
func TestLeastConnectionsAgainstAModel(t *testing.T) {
	type flight struct {
		id   string
		done func(balancer.DoneInfo)
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b balancer.LeastConnections
		all := many(6)
		counts := make(map[string]int) // of what is listed
		var flights []flight
		old := make(map[int]bool) // flights that began before their instance left
		listed := slices.Clone(all)
		b.Update(listed)
		for range 1000 {
			switch op := r.IntN(20); {
			case op == 0:
				next := slices.DeleteFunc(slices.Clone(all), func(registry.Instance) bool { return r.IntN(4) == 0 })
				r.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
				for i := range next {
					next[i].Weight = r.IntN(3)
				}
				b.Update(next)
				for _, in := range all {
					if !slices.ContainsFunc(next, func(n registry.Instance) bool { return n.ID == in.ID }) {
						delete(counts, in.ID)
						for i, f := range flights {
							if f.id == in.ID {
								old[i] = true
							}
						}
					}
				}
				listed = next
			case op < 11:
				var info balancer.Info
				if r.IntN(3) == 0 {
					info.Skip = skip(all[r.IntN(6)].ID, all[r.IntN(6)].ID)
				}
				fewest, found := 1<<30, false
				for _, in := range listed {
					if in.Weight > 0 && (info.Skip == nil || !info.Skip(in.ID)) {
						fewest, found = min(fewest, counts[in.ID]), true
					}
				}
				in, done, err := b.Pick(info)
				require.Equal(t, found, err == nil, "seed %d", seed)
				if err == nil {
					require.Equal(t, fewest, counts[in.ID], "seed %d: %s is not the least busy", seed, in.ID)
					counts[in.ID]++
					flights = append(flights, flight{in.ID, done})
				}
			case len(flights) > 0:
				last := len(flights) - 1
				i := r.IntN(len(flights))
				f, wasOld := flights[i], old[i]
				flights[i], old[i] = flights[last], old[last]
				flights = flights[:last]
				delete(old, last)
				f.done(balancer.DoneInfo{})
				if !wasOld {
					counts[f.id]--
				}
			}
		}
		for _, f := range flights {
			f.done(balancer.DoneInfo{})
		}
		b.Update(all)
		requireAllIdle(t, &b, all)
	}
}

// requireAllIdle uses that least connections gives the next n calls to n
// instances, and so on. Were one of them busier than the others, chance alone
// would hide it for 40 rounds with a probability below 1e-12.
func requireAllIdle(t *testing.T, b balancer.Balancer, all []registry.Instance) {
	t.Helper()
	for range 40 {
		seen := make(map[string]bool)
		for range all {
			id, _ := begin(t, b)
			seen[id] = true
		}
		require.Len(t, seen, len(all))
	}
}

func TestLeastConnectionsCountsAFailedCallForASecondMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.LeastConnections
		all := list("a", "b")
		b.Update(all)
		failed, done := begin(t, &b)
		done(balancer.DoneInfo{Err: errDown})
		time.Sleep(time.Second - time.Nanosecond)
		for range 100 {
			require.NotEqual(t, failed, call(t, &b))
		}
		time.Sleep(2 * time.Nanosecond)
		requireAllIdle(t, &b, all)
	})
}

// B4: alone, an instance that fails at once would look idle and get nearly all of
// the calls that find the others busy. Ejection in the client takes the rest.
func TestLeastConnectionsIsNotDrawnToAnInstanceThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.LeastConnections
		b.Update(list("bad", "good1", "good2"))
		bad := 0
		for range 2000 { // 200 calls per second for 10 s, 20 ms each: 4 in flight
			id, done := begin(t, &b)
			if id == "bad" {
				bad++
				done(balancer.DoneInfo{Err: errDown})
			} else {
				time.AfterFunc(20*time.Millisecond, func() { done(balancer.DoneInfo{}) })
			}
			time.Sleep(5 * time.Millisecond)
		}
		require.NotZero(t, bad)
		require.Less(t, bad, 60) // 2 or 3 a second
	})
}

package balancer_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

func TestLeastConnectionsConforms(t *testing.T) { conforms(t, "least-connections") }

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

// Chance decides among the least busy. Of five that are idle each has the same
// chance. When one is busy, the scan never ends at it and each of the other four
// has a fifth at least: the one that comes after the busy one has two.
func TestLeastConnectionsBreaksTiesAtRandom(t *testing.T) {
	var b balancer.LeastConnections
	b.Update(many(5))
	for id, n := range shares(t, &b, 4000) { // standard deviation 25.3; eight of them: below 1e-14
		require.InDelta(t, 800, n, 203, id)
	}
	busy, _ := begin(t, &b)
	for _, without := range []func(string) bool{nil, skip(), skip(busy)} {
		b.Update(many(5)) // changes nothing
		got := make(map[string]int)
		for range 4000 {
			in, done, err := b.Pick(balancer.Info{Skip: without})
			require.NoError(t, err)
			done(balancer.DoneInfo{})
			got[in.ID]++
		}
		require.Zero(t, got[busy])
		require.Len(t, got, 4)
		for id, n := range got {
			require.Greater(t, n, 800-203, id)
		}
	}
}

// An ID that is left out of one update comes back idle, and what ends later of the
// calls before does not count against it.
func TestLeastConnectionsForgetsWhoIsLeftOut(t *testing.T) {
	var b balancer.LeastConnections
	all := list("a", "b")
	b.Update(list("a"))
	var dones []func(balancer.DoneInfo)
	for range 5 {
		_, done := begin(t, &b)
		dones = append(dones, done)
	}
	b.Update(list("b"))
	b.Update(all)
	requireAllIdle(t, &b, all)
	for _, done := range dones {
		done(balancer.DoneInfo{})
	}
	requireAllIdle(t, &b, all)
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

// firstMinimum is least connections as it is often written: the first of the
// least busy wins.
type firstMinimum struct {
	instances []registry.Instance
	inFlight  map[string]int
}

func (b *firstMinimum) Update(instances []registry.Instance) {
	b.instances, b.inFlight = instances, make(map[string]int)
}

func (b *firstMinimum) Pick(balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	best := b.instances[0]
	for _, in := range b.instances {
		if b.inFlight[in.ID] < b.inFlight[best.ID] {
			best = in
		}
	}
	b.inFlight[best.ID]++
	return best, func(balancer.DoneInfo) { b.inFlight[best.ID]-- }, nil
}

// B3: with the first minimum all clients agree on where to go.
func TestFirstMinimumHerds(t *testing.T) {
	require.Equal(t, 200, herd(t, func() balancer.Balancer { return new(firstMinimum) }))
}

func TestLeastConnectionsDoesNotHerd(t *testing.T) {
	peak := herd(t, func() balancer.Balancer { return new(balancer.LeastConnections) })
	require.LessOrEqual(t, peak, mostInHerd, "B3: at most so many calls on one server, 40 on average")
}

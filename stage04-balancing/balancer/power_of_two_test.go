package balancer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

func TestPowerOfTwoConforms(t *testing.T) { conforms(t, "power-of-two") }

func TestPowerOfTwoComparesCallsInFlightWhileNothingIsKnown(t *testing.T) {
	var b balancer.PowerOfTwo
	b.Update(list("a", "b"))
	count := make(map[string]int)
	for i := range 20 {
		id, _ := begin(t, &b)
		count[id]++
		require.LessOrEqual(t, count[id], i/2+1)
	}
}

// Three instances are alike until one goes bad. Its share would be a third; it
// gets a call now and then, and no larger a share of them when there are few.
func TestPowerOfTwoAvoidsABadInstance(t *testing.T) {
	for _, test := range []struct {
		name    string
		bad     server
		rate    int
		lasting time.Duration
		atMost  int
	}{
		{"slow", answers(50 * time.Millisecond), 400, 10 * time.Second, 20},
		{"frozen", frozen, 400, 10 * time.Second, 12},
		{"failing", fails, 400, 10 * time.Second, 12},
		{"slow with few calls", answers(50 * time.Millisecond), 4, time.Minute, 14},
		{"frozen with few calls", frozen, 4, time.Minute, 7},
		{"failing with few calls", fails, 4, time.Minute, 7},
		{"slow with a call per second", answers(50 * time.Millisecond), 1, 4 * time.Minute, 14},
		{"frozen with a call per second", frozen, 1, 4 * time.Minute, 7},
		{"failing with a call per second", fails, 1, 4 * time.Minute, 7},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b balancer.PowerOfTwo
				b.Update(list("bad", "good1", "good2"))
				servers := map[string]server{"bad": answers(time.Millisecond), "good1": answers(time.Millisecond), "good2": answers(time.Millisecond)}
				before := drive(t, &b, test.rate, 200*time.Second/time.Duration(test.rate), servers)
				require.NotZero(t, before["bad"])

				servers["bad"] = test.bad
				during := drive(t, &b, test.rate, test.lasting, servers)
				t.Log(during)
				require.LessOrEqual(t, during["bad"], test.atMost)
				require.NotZero(t, during["good1"])
				require.NotZero(t, during["good2"])
			})
		})
	}
}

func TestPowerOfTwoGivesANewInstanceItsShareAtOnce(t *testing.T) {
	for _, first := range []time.Duration{time.Millisecond, 40 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var b balancer.PowerOfTwo
			b.Update(list("a", "b", "c"))
			servers := map[string]server{"a": answers(first), "b": answers(first), "c": answers(first), "new": answers(first)}
			drive(t, &b, 400, time.Second, servers)
			b.Update(list("a", "b", "c", "new"))
			got := drive(t, &b, 400, time.Second, servers)
			// Not starved and not flooded. Were each call a coin of its own, the standard
			// deviation would be 8.7; calls in flight only make it less.
			require.InDelta(t, 100, got["new"], 65)
		})
	}
}

// The estimate of a known instance must not make a new one that never answers
// look fast.
func TestPowerOfTwoDoesNotFloodAnInstanceThatIsFrozenFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("a", "b"))
		servers := map[string]server{"a": answers(time.Millisecond), "b": answers(time.Millisecond), "new": frozen}
		drive(t, &b, 400, time.Second, servers)
		b.Update(list("a", "b", "new"))
		require.LessOrEqual(t, drive(t, &b, 400, time.Second, servers)["new"], 4)
	})
}

// Back from weight 0, an instance is as good as new: whoever gave it its weight
// again, say after a successful dial, does not wait for an old estimate to fade.
func TestPowerOfTwoForgetsLatencyOverWeightZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("a", "b"))
		servers := map[string]server{"a": answers(time.Millisecond), "b": fails}
		drive(t, &b, 400, time.Second, servers)
		servers["b"] = answers(time.Millisecond)
		b.Update(list("a", "b")) // no change, nothing forgotten
		require.Zero(t, drive(t, &b, 400, time.Second, servers)["b"])
		b.Update([]registry.Instance{instance("a", 1), instance("b", 0)})
		b.Update(list("a", "b"))
		require.InDelta(t, 40, drive(t, &b, 400, 200*time.Millisecond, servers)["b"], 39)
	})
}

func TestPowerOfTwoKeepsCallsInFlightOverWeightZero(t *testing.T) {
	var b balancer.PowerOfTwo
	b.Update(list("a"))
	for range 5 {
		begin(t, &b)
	}
	b.Update([]registry.Instance{instance("a", 0), instance("b", 1)})
	b.Update(list("a", "b"))
	for range 5 {
		id, _ := begin(t, &b)
		require.Equal(t, "b", id)
	}
}

// An ID that is left out of one update comes back unknown: neither what it did nor
// its calls in flight count, nor how these end.
func TestPowerOfTwoForgetsWhoIsLeftOut(t *testing.T) {
	var b balancer.PowerOfTwo
	both := list("a", "b")
	b.Update(list("a"))
	var dones []func(balancer.DoneInfo)
	for range 5 {
		_, done := begin(t, &b)
		dones = append(dones, done)
	}
	dones[0](balancer.DoneInfo{Err: errDown})
	b.Update(list("b"))
	b.Update(both)
	requireAllIdle(t, &b, both)
	for _, done := range dones[1:] {
		done(balancer.DoneInfo{Err: errDown})
	}
	requireAllIdle(t, &b, both)
}

// The age of an estimate is reckoned from the time that Pick is handed.
func TestPowerOfTwoTakesTheTimeOfAPickFromInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("bad", "good"))
		drive(t, &b, 100, time.Second, map[string]server{"bad": fails, "good": answers(time.Millisecond)})
		synctest.Wait()
		onBad := func(now time.Time) (n int) {
			for range 100 {
				in, done, err := b.Pick(balancer.Info{Now: now})
				require.NoError(t, err)
				done(balancer.DoneInfo{})
				if in.ID == "bad" {
					n++
				}
			}
			return n
		}
		require.Zero(t, onBad(time.Time{})) // stands for time.Now()
		require.Zero(t, onBad(time.Now().Add(-time.Hour)))
		require.NotZero(t, onBad(time.Now().Add(time.Minute)))
	})
}

func TestPowerOfTwoGivesTwiceTheWeightTwiceTheCallsInFlight(t *testing.T) {
	var b balancer.PowerOfTwo
	b.Update([]registry.Instance{instance("a", 2), instance("b", 1)})
	count := make(map[string]int)
	for range 300 {
		id, _ := begin(t, &b)
		count[id]++
	}
	require.InDelta(t, 200, count["a"], 2)
}

// Latencies less than a factor of two apart do not count: else the fastest of
// the moment would get all calls of a client that has few in flight.
func TestPowerOfTwoIgnoresSmallDifferences(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("a", "b", "c"))
		got := drive(t, &b, 400, 3*time.Second, map[string]server{
			"a": answers(1000 * time.Microsecond), "b": answers(1400 * time.Microsecond), "c": answers(1900 * time.Microsecond),
		})
		for id, n := range got { // standard deviation 16.3; eight of them: below 1e-13
			require.InDelta(t, 400, n, 131, id)
		}
	})
}

// B8: when all calls are over, however they ended, both look idle.
func TestPowerOfTwoCountersReturnToZero(t *testing.T) {
	var b balancer.PowerOfTwo
	both := list("a", "b")
	b.Update(both)
	var dones []func(balancer.DoneInfo)
	for i := range 500 {
		_, done := begin(t, &b)
		dones = append(dones, done)
		if i%3 == 0 {
			dones[0](balancer.DoneInfo{Err: errDown, Latency: time.Duration(i)})
			dones = dones[1:]
		}
		b.Update(both)
	}
	for _, done := range dones {
		done(balancer.DoneInfo{Latency: time.Hour})
	}
	b.Update([]registry.Instance{instance("a", 0), instance("b", 0)})
	b.Update(both) // latencies are forgotten: only calls in flight are left to compare
	for range 50 {
		first, _ := begin(t, &b)
		second, _ := begin(t, &b)
		require.NotEqual(t, first, second)
	}
}

func TestPowerOfTwoDoesNotHerd(t *testing.T) {
	peak := herd(t, func() balancer.Balancer { return new(balancer.PowerOfTwo) })
	require.LessOrEqual(t, peak, mostInHerd, "B3: at most so many calls on one server, 40 on average")
}

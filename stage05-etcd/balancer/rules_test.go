package balancer_test

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// PowerOfTwo prepares its states, which Random does not.
func TestNodesArePreparedByTheRulesOfUpdate(t *testing.T) {
	for _, rule := range updateRules {
		t.Run(rule.name, func(t *testing.T) { rule.test(t, new(balancer.PowerOfTwo)) })
	}
}

func TestNodesForgetTheStateOfWhoIsNotListed(t *testing.T) {
	b := new(balancer.LeastConnections)
	b.Update(list("a"))
	begin(t, b) // and it never ends
	b.Update(list("b"))
	b.Update(list("a", "b"))
	require.NotZero(t, shares(t, b, 100)["a"], "the call in flight was to another process of this ID") // left out by chance: below 1e-30
}

func TestNodesAreInTheOrderOfTheirIDs(t *testing.T) {
	for _, b := range []balancer.Balancer{new(balancer.RoundRobin), new(balancer.WeightedRoundRobin)} {
		var instances []registry.Instance
		for _, id := range []string{"c", "a", "b"} {
			in := instance(id, 1)
			in.Addr = map[string]string{"a": "host:3", "b": "host:1", "c": "host:2"}[id]
			instances = append(instances, in)
		}
		b.Update(instances)
		require.Equal(t, "abc", call(t, b)+call(t, b)+call(t, b), "%T: the live nodes are sorted by ID", b)
	}
}

func TestTheFirstEntryOfAnIDCountsThoughItGetsNoCalls(t *testing.T) {
	for _, b := range []balancer.Balancer{new(balancer.RoundRobin), new(balancer.WeightedRoundRobin)} {
		b.Update([]registry.Instance{instance("a", 0), instance("b", 1), instance("a", 1)})
		require.Equal(t, map[string]int{"b": 10}, shares(t, b, 10), "%T: the first entry of a has weight 0", b)
	}
}

func TestALatencyIsForgottenAfterAnyWeightThatCountsAsZeroAndOnlyThen(t *testing.T) {
	for name, tt := range map[string]struct {
		between []registry.Instance
		forgets bool
	}{
		"below 0":                      {[]registry.Instance{instance("a", 1), instance("b", -1)}, true},
		"0 in a second entry of an ID": {[]registry.Instance{instance("a", 1), instance("b", 1), instance("b", 0)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b balancer.PowerOfTwo
				b.Update(list("a", "b"))
				servers := map[string]server{"a": answers(time.Millisecond), "b": fails}
				drive(t, &b, 400, time.Second, servers)
				servers["b"] = answers(time.Millisecond)
				b.Update(tt.between)
				b.Update(list("a", "b"))
				got := drive(t, &b, 400, 200*time.Millisecond, servers)["b"]
				require.Equal(t, tt.forgets, got > 0, "b has got %d calls: prepare gets each ID once, with the first entry's weight, from 0 to MaxWeight", got)
			})
		})
	}
}

func TestRoundRobinGivesEachTurnOnceHoweverManyCall(t *testing.T) {
	var b balancer.RoundRobin
	b.Update(list("a", "b", "c", "d"))
	const callers, calls = 4, 100_000
	var counts [callers]map[string]int
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range callers {
		counts[i] = make(map[string]int)
		all.Go(func() {
			<-begin
			for range calls {
				in, _, _ := b.Pick(balancer.Info{})
				counts[i][in.ID]++
			}
		})
	}
	close(begin)
	all.Wait()
	total := make(map[string]int)
	for _, count := range counts {
		for id, n := range count {
			total[id] += n
		}
	}
	require.Equal(t, map[string]int{"a": calls, "b": calls, "c": calls, "d": calls}, total, "two calls at the same time must not take the same turn")
}

// Four instances with so many calls in flight that b is picked only if b and d are drawn.
func TestPowerOfTwoDrawsEveryPairAlike(t *testing.T) {
	b := new(balancer.PowerOfTwo)
	b.Update(list("a", "b", "c", "d"))
	for id, calls := range map[string]int{"c": 1, "b": 2, "d": 3} {
		for range calls {
			_, _, err := b.Pick(balancer.Info{Skip: func(other string) bool { return other != id }})
			require.NoError(t, err)
		}
	}
	const picks = 12_000
	got := 0
	for range picks {
		in, done, err := b.Pick(balancer.Info{})
		require.NoError(t, err)
		done(balancer.DoneInfo{})
		if in.ID == "b" {
			got++
		}
	}
	require.InDelta(t, picks/6, got, 250, "how often b and d were drawn, one of six pairs: each pair must have the same probability") // left out by chance: below 1e-8
}

func TestPowerOfTwoWeighsCallsLatencyAndWeightTogether(t *testing.T) {
	for name, tt := range map[string]struct {
		weight, calls int           // of a
		a, b          time.Duration // latencies
	}{
		"3 calls at a weight of 2 cost more than 1 at 1": {weight: 2, calls: 2},
		"10 calls of 1 ms cost more than 1 of 3 ms":      {weight: 1, calls: 9, a: time.Millisecond, b: 3 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p balancer.PowerOfTwo
				p.Update([]registry.Instance{instance("a", tt.weight), instance("b", 1)})
				only := func(id string) func(balancer.DoneInfo) {
					_, done, err := p.Pick(balancer.Info{Skip: func(other string) bool { return other != id }})
					require.NoError(t, err)
					return done
				}
				only("a")(balancer.DoneInfo{Latency: tt.a})
				only("b")(balancer.DoneInfo{Latency: tt.b})
				for range tt.calls {
					only("a")
				}
				require.Equal(t, map[string]int{"b": 20}, shares(t, &p, 20), "one more call costs less on b")
			})
		})
	}
}

// z has one point on the ring.
func TestConsistentHashFindsTheOnlyOneLeftForEveryKey(t *testing.T) {
	var b balancer.ConsistentHash
	b.Update([]registry.Instance{instance("a", registry.MaxWeight), instance("z", 1)})
	for i := range 20_000 {
		in, _, err := b.Pick(balancer.Info{Key: strconv.Itoa(i), Skip: func(id string) bool { return id == "a" }})
		require.NoError(t, err, "key %d: the search goes round the whole circle, and ends on the arc on which it began, before the key", i)
		require.Equal(t, "z", in.ID)
	}
}

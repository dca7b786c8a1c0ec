package balancer_test

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// conforms runs the balancer of this name through what all of them promise. Every
// balancer's own test file calls it.
func conforms(t *testing.T, name string) {
	for _, rule := range append(pickRules, updateRules...) {
		t.Run(rule.name, func(t *testing.T) {
			b, err := balancer.New(name)
			require.NoError(t, err)
			rule.test(t, b)
		})
	}
}

type rule struct {
	name string
	test func(*testing.T, balancer.Balancer)
}

// pickRules is what Pick and done promise; for Update see updateRules.
var pickRules = []rule{
	{"has no instances before the first update", noInstances},
	{"gives every instance calls", everyInstance},
	{"skips what the call has tried", skips},
	{"lets skip call the balancer", skipCallsBack},
	{"bears a done too many", doneTwice},
	{"picks and finishes without an allocation", noAllocation},
	{"bears updates, picks and dones at once", concurrent},
}

func requireNoInstances(t *testing.T, b balancer.Balancer, info balancer.Info) {
	t.Helper()
	in, done, err := b.Pick(info)
	require.ErrorIs(t, err, balancer.ErrNoInstances)
	require.Nil(t, done, "with ErrNoInstances done is nil")
	require.Empty(t, cmp.Diff(in, registry.Instance{}))
}

func noInstances(t *testing.T, b balancer.Balancer) {
	requireNoInstances(t, b, balancer.Info{})
	requireNoInstances(t, b, balancer.Info{Key: "k", Skip: skip("a")})
}

// 500 calls to 5 instances: chance alone leaves one out with a probability of
// 5 × 0.8^500, below 1e-47.
func everyInstance(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b", "c", "d", "e"))
	got := slices.Sorted(maps.Keys(shares(t, b, 500)))
	require.Empty(t, cmp.Diff(got, []string{"a", "b", "c", "d", "e"}))
}

func skips(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b", "c"))
	seen := make(map[string]int)
	for i := range 200 {
		in, done, err := b.Pick(balancer.Info{Key: fmt.Sprint(i), Skip: skip("b")})
		require.NoError(t, err)
		done(balancer.DoneInfo{})
		seen[in.ID]++
	}
	require.Empty(t, cmp.Diff(slices.Sorted(maps.Keys(seen)), []string{"a", "c"}), "each of those that Skip leaves gets some of these calls")
	for _, key := range []string{"", "k"} {
		in, _, err := b.Pick(balancer.Info{Key: key, Skip: skip("a", "b")})
		require.NoError(t, err)
		require.Equal(t, "c", in.ID)
		requireNoInstances(t, b, balancer.Info{Key: key, Skip: skip("a", "b", "c")})
	}
}

// In a bubble a lock held during Skip is a deadlock that fails the test.
func skipCallsBack(t *testing.T, b balancer.Balancer) {
	synctest.Test(t, func(t *testing.T) {
		b.Update(list("a", "b"))
		for _, key := range []string{"", "k"} {
			in, _, err := b.Pick(balancer.Info{Key: key, Skip: func(id string) bool {
				_, done, err := b.Pick(balancer.Info{})
				require.NoError(t, err)
				done(balancer.DoneInfo{})
				b.Update(list("a", "b"))
				return id == "a"
			}})
			require.NoError(t, err)
			require.Equal(t, "b", in.ID)
		}
	})
}

// It is against the rule, and still no count may go below zero: that would make
// one instance the idlest for ever.
func doneTwice(t *testing.T, b balancer.Balancer) {
	b.Update(list("a", "b"))
	_, done := begin(t, b)
	for range 5 {
		done(balancer.DoneInfo{})
	}
	got := slices.Sorted(maps.Keys(shares(t, b, 200)))
	require.Empty(t, cmp.Diff(got, []string{"a", "b"}))
}

func noAllocation(t *testing.T, b balancer.Balancer) {
	b.Update(many(100))
	allocs := testing.AllocsPerRun(200, func() {
		_, done, _ := b.Pick(balancer.Info{Key: "user-1234567"})
		done(balancer.DoneInfo{Latency: time.Millisecond})
	})
	require.Zero(t, allocs)
}

func concurrent(t *testing.T, b balancer.Balancer) {
	all := many(8)
	b.Update(all)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				if i%10 == g {
					b.Update(all[:1+(i/10+g)%8])
				}
				info := balancer.Info{Key: fmt.Sprint(i)}
				if i%5 == 0 {
					info.Skip = skip(all[i%8].ID)
				}
				_, done, err := b.Pick(info)
				if err != nil {
					continue // one instance left, and that one skipped
				}
				if i%7 == 0 {
					runtime.Gosched()
				}
				outcome := balancer.DoneInfo{Latency: time.Duration(i) * time.Microsecond}
				if i%20 == 0 {
					outcome.Err = errDown
				}
				done(outcome)
			}
		})
	}
	wg.Wait()
	b.Update(all)
	require.NotEmpty(t, shares(t, b, 100))
}

package balancer_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
)

func TestNewMakesABalancerOfItsOwnForEveryName(t *testing.T) {
	types := make(map[string]bool)
	for _, name := range balancer.Names() {
		one, err := balancer.New(name)
		require.NoError(t, err)
		other, err := balancer.New(name)
		require.NoError(t, err)
		require.NotSame(t, one, other)
		types[fmt.Sprintf("%T", one)] = true
	}
	require.Len(t, types, 6)
	require.Contains(t, balancer.Names(), balancer.Default)
}

func TestNewListsTheNamesForAnUnknownOne(t *testing.T) {
	for _, name := range []string{"", "Random", "p2c"} {
		b, err := balancer.New(name)
		require.Nil(t, b)
		for _, known := range balancer.Names() {
			require.ErrorContains(t, err, known)
		}
	}
}

// TestDefaultLosesLeast is why Default is what it is: one of three servers is
// slow, frozen or failing, and the balancer alone has to notice. Of 1,000 calls
// in five seconds, these went to the bad server.
func TestDefaultLosesLeast(t *testing.T) {
	for name, bad := range map[string]server{"slow": answers(50 * time.Millisecond), "frozen": frozen, "failing": fails} {
		t.Run(name, func(t *testing.T) {
			lost := make(map[string]int)
			for _, name := range balancer.Names() {
				synctest.Test(t, func(t *testing.T) {
					b, err := balancer.New(name)
					require.NoError(t, err)
					b.Update(list("bad", "good1", "good2"))
					good := answers(time.Millisecond)
					drive(t, b, 200, time.Second, map[string]server{"bad": good, "good1": good, "good2": good})
					lost[name] = drive(t, b, 200, 5*time.Second, map[string]server{"bad": bad, "good1": good, "good2": good})["bad"]
				})
			}
			t.Log(lost)
			for other, n := range lost {
				if other != balancer.Default {
					require.Less(t, lost[balancer.Default], n, other)
				}
			}
		})
	}
}

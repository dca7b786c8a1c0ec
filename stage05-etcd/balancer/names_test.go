package balancer_test

import (
	"fmt"
	"testing"

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

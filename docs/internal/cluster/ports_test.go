package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
)

func TestPortsForNodesAreNotThoseOfClients(t *testing.T) {
	for clients, want := range map[string]int{
		"":            20_000,
		"32768 60999": 20_000,
		"16000 65535": 6_000,
		"10000 40000": 40_001,
		"1024 65535":  20_000, // there are no others
	} {
		require.Equal(t, want, cluster.FirstOutside(clients), clients)
	}
	addrs, err := cluster.FreePorts(3)
	require.NoError(t, err)
	require.Len(t, addrs, 3)
}

package cluster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

// startFaulty runs two servers with a method that panics.
func startFaulty(t *testing.T, fakes fakestage.Options) *cluster.Cluster {
	t.Helper()
	group := proc.NewGroup(5 * time.Second)
	t.Cleanup(func() { require.NoError(t, group.Close()) })
	bin := t.TempDir()
	fakes.Second = 100 * time.Millisecond
	require.NoError(t, fakestage.Install(bin, fakes))
	c, err := cluster.Start(t.Context(), group, cluster.Options{
		Stage: stages.Stage{Offers: stages.Offers{Registry: true}}, Bin: bin, Servers: 2, Flags: []string{"-faulty"},
	})
	require.NoError(t, err)
	return c
}

func TestAPanicMayEndAServer(t *testing.T) {
	t.Parallel()
	c := startFaulty(t, fakestage.Options{})
	a := c.Servers()[0]
	lives, err := a.Panic(t.Context())
	require.NoError(t, err)
	require.False(t, lives)
	require.Equal(t, cluster.Dead, a.State)
	<-a.Process().Done()
	require.NoError(t, c.Verify(), "it is as it was left")
}

func TestAPanicMayBeAnError(t *testing.T) {
	t.Parallel()
	c := startFaulty(t, fakestage.Options{Recovers: true})
	a := c.Servers()[0]
	lives, err := a.Panic(t.Context())
	require.NoError(t, err)
	require.True(t, lives)
	require.Equal(t, cluster.Running, a.State)
	requireServed(t, c, addrs(c, "A"))
	require.NoError(t, c.Verify())

	require.NoError(t, a.Kill())
	<-a.Process().Done()
	_, err = a.Panic(t.Context())
	require.ErrorContains(t, err, "refused")
}

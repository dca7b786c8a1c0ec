package cluster_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

func TestMain(m *testing.M) {
	fakestage.Main()
	os.Exit(m.Run())
}

// start runs a stage of fakes with two servers.
func start(t *testing.T, offers stages.Offers) *cluster.Cluster {
	t.Helper()
	return startIn(t, t.TempDir(), offers)
}

// startIn has the registry keep its data in a folder.
func startIn(t *testing.T, data string, offers stages.Offers) *cluster.Cluster {
	t.Helper()
	group := proc.NewGroup(5 * time.Second)
	t.Cleanup(func() { require.NoError(t, group.Close()) })
	bin := t.TempDir()
	require.NoError(t, fakestage.Install(bin, fakestage.Options{Second: 100 * time.Millisecond}))
	c, err := cluster.Start(t.Context(), group, cluster.Options{
		Stage: stages.Stage{Offers: offers}, Bin: bin, Data: data, Servers: 2, TTL: 2 * time.Second,
	})
	require.NoError(t, err)
	return c
}

// addrs are the addresses of servers, by letter.
func addrs(c *cluster.Cluster, names ...string) []string {
	all := []string{}
	for _, s := range c.Servers() {
		for _, name := range names {
			if s.Name == name {
				all = append(all, s.Addr)
			}
		}
	}
	return all
}

func TestAClusterIsReadyWhenItsRegistryListsEveryServer(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
	listed, err := c.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, addrs(c, "A", "B"), listed)
	require.Equal(t, c.Servers()[1], c.ByAddr(listed[1]))
	require.Nil(t, c.ByAddr("127.0.0.1:1"))
}

func TestAStageWithoutARegistryHasServersAlone(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{})
	require.Empty(t, c.Nodes())
	require.Len(t, c.Servers(), 2)
	requireServed(t, c, addrs(c, "A"))
}

func TestTheLoadGoesThroughTheRegistry(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
	requireServed(t, c, addrs(c, "A"))
}

// requireServed puts a short load on the cluster, and checks who answered.
func requireServed(t *testing.T, c *cluster.Cluster, by []string) {
	t.Helper()
	client, err := c.Load(measure.Load{Rate: 100, For: 200 * time.Millisecond})
	require.NoError(t, err)
	defer client.Report.Close()
	run := measure.Run{}
	for second, err := range measure.Read(client.Report) {
		require.NoError(t, err)
		run.Add(second)
	}
	require.Len(t, run.Seconds, 2)
	require.Equal(t, map[string]int{by[0]: 20}, run.Answered())
}

func TestWatchTellsOfEveryChangeOnce(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true, Lease: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	answers, ended := make(chan cluster.Listing), make(chan struct{})
	go func() {
		defer close(ended)
		c.Watch(ctx, answers)
	}()
	defer func() { cancel(); <-ended }()

	next := func() cluster.Listing {
		t.Helper()
		select {
		case l := <-answers:
			return l
		case <-ctx.Done():
			require.FailNow(t, "the registry's list does not change")
			return cluster.Listing{}
		}
	}
	require.Equal(t, addrs(c, "A", "B"), next().Addrs)
	_, err := c.Join(ctx)
	require.NoError(t, err)
	require.Equal(t, addrs(c, "A", "B", "C"), next().Addrs)
	require.NoError(t, c.Servers()[0].Kill())
	require.Equal(t, cluster.Dead, c.Servers()[0].State)
	require.Equal(t, addrs(c, "B", "C"), next().Addrs, "a dead server's lease runs out")
	require.NoError(t, c.Servers()[1].Terminate())
	require.Equal(t, addrs(c, "C"), next().Addrs, "a stopped server says goodbye")
	_, err = c.KillRegistry(ctx)
	require.NoError(t, err)
	require.Error(t, next().Err)
	_, err = c.RestartRegistry(ctx)
	require.NoError(t, err)
	again := next()
	for len(again.Addrs) == 0 { // it may answer before the first beat
		require.NoError(t, again.Err)
		again = next()
	}
	require.Equal(t, addrs(c, "C"), again.Addrs, "on its port, with an empty memory")
}

func TestARestartedServerKeepsItsAddress(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
	a := c.Servers()[0]
	before, addr := a.Process(), a.Addr
	require.NoError(t, c.Restart(t.Context(), a))
	require.NoError(t, before.Err(), "it stops politely")
	require.NotEqual(t, before.PID(), a.Process().PID())
	require.Equal(t, cluster.Running, a.State)
	require.Equal(t, addr, a.Addr)
	require.Len(t, c.Servers(), 2)
	listed, err := c.List(t.Context())
	require.NoError(t, err)
	require.ElementsMatch(t, addrs(c, "A", "B"), listed)
}

func TestARegistryThatRunsIsRestartedToo(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
	before, url := c.Nodes()[0].Process(), c.RegistryURL()
	_, err := c.RestartRegistry(t.Context())
	require.NoError(t, err)
	<-before.Done()
	require.NotEqual(t, before.PID(), c.Nodes()[0].Process().PID())
	require.Equal(t, url, c.RegistryURL())
	listed, err := c.List(t.Context())
	require.NoError(t, err)
	require.Empty(t, listed)
}

func TestAStageWithoutARegistryCannotLoseIt(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{})
	for _, do := range []func(context.Context) (string, error){c.KillRegistry, c.SilenceRegistry, c.ReviveRegistry, c.RestartRegistry, c.RenewRegistry, c.FreezeRegistry, c.ThawRegistry} {
		_, err := do(t.Context())
		require.ErrorIs(t, err, cluster.ErrNoRegistry)
	}
}

func TestStartSaysWhichCommandIsMissing(t *testing.T) {
	t.Parallel()
	group := proc.NewGroup(time.Second)
	defer group.Close()
	_, err := cluster.Start(t.Context(), group, cluster.Options{Stage: stages.Stage{Offers: stages.Offers{Registry: true}}, Bin: t.TempDir()})
	require.ErrorContains(t, err, "start registry: ")
}

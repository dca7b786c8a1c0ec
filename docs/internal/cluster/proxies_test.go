package cluster_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/stages"
)

// startProxied runs a stage of fakes with two servers behind proxies.
func startProxied(t *testing.T, offers stages.Offers) *cluster.Cluster {
	t.Helper()
	proxies, group := new(proxy.Group), proc.NewGroup(5*time.Second)
	t.Cleanup(func() {
		require.NoError(t, group.Close())
		proxies.Close()
	})
	bin := t.TempDir()
	require.NoError(t, fakestage.Install(bin, fakestage.Options{Second: 100 * time.Millisecond}))
	c, err := cluster.Start(t.Context(), group, cluster.Options{
		Stage: stages.Stage{Offers: offers}, Bin: bin, Servers: 2, TTL: 2 * time.Second, Proxies: proxies,
	})
	require.NoError(t, err)
	return c
}

func TestCallersReachAServerThroughItsProxy(t *testing.T) {
	t.Parallel()
	for _, offers := range []stages.Offers{{}, {Registry: true}} {
		c := startProxied(t, offers)
		requireServed(t, c, addrs(c, "A"))
		if offers.Registry {
			listed, err := c.List(t.Context())
			require.NoError(t, err)
			require.Equal(t, addrs(c, "A", "B"), listed)
		}
		a := c.Servers()[0]
		require.Equal(t, a, c.ByAddr(a.Addr))
		require.NoError(t, a.Slow(time.Millisecond))
		require.Equal(t, cluster.Slow, a.State)
		requireServed(t, c, addrs(c, "A"))
		require.NoError(t, a.Heal())
		require.Equal(t, cluster.Running, a.State)
		require.NoError(t, a.HalfOpen())
		requireServed(t, c, addrs(c, "A"))
		require.Equal(t, cluster.Running, a.State)
	}
}

func TestARestartedServerIsReachedThroughItsProxyAgain(t *testing.T) {
	t.Parallel()
	c := startProxied(t, stages.Offers{})
	a := c.Servers()[0]
	before := a.Addr
	require.NoError(t, c.Restart(t.Context(), a))
	require.Equal(t, before, a.Addr)
	requireServed(t, c, addrs(c, "A"))
}

// requireListed waits until the registry lists these servers and no others.
func requireListed(t *testing.T, c *cluster.Cluster, want ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answers, ended := make(chan cluster.Listing), make(chan struct{})
	go func() {
		defer close(ended)
		c.Watch(ctx, answers)
	}()
	defer func() { cancel(); <-ended }()
	for {
		select {
		case l := <-answers:
			require.NoError(t, l.Err)
			if len(l.Addrs) == len(want) {
				require.ElementsMatch(t, addrs(c, want...), l.Addrs)
				return
			}
		case <-ctx.Done():
			require.FailNow(t, "the list never is what it should")
		}
	}
}

func TestAServerThatIsCutOffIsEvictedAndServes(t *testing.T) {
	t.Parallel()
	c := startProxied(t, stages.Offers{Registry: true, Lease: true})
	a := c.Servers()[0]
	requireListed(t, c, "A", "B")
	require.NoError(t, a.CutOff())
	require.Equal(t, cluster.CutOff, a.State)
	requireListed(t, c, "B")
	require.NoError(t, a.Heal())
	requireListed(t, c, "A", "B")
	select {
	case <-a.Process().Done():
		require.Fail(t, "the server ended", a.Process().Err())
	default:
	}
}

func TestAServerThatMeetsOthersDirectlyCannotBeSlowed(t *testing.T) {
	t.Parallel()
	a := start(t, stages.Offers{Registry: true}).Servers()[0]
	require.EqualError(t, a.Slow(time.Second), "server A stands behind no proxy")
	require.EqualError(t, a.HalfOpen(), "server A stands behind no proxy")
	require.EqualError(t, a.CutOff(), "server A has no proxy between it and a registry")
	require.Equal(t, cluster.Running, a.State)
}

func TestWithoutARegistryNobodyIsCutOff(t *testing.T) {
	t.Parallel()
	require.Error(t, startProxied(t, stages.Offers{}).Servers()[0].CutOff())
}

func TestARegistryThatIsCutOffEvictsAllAndIsToldOfThemAgain(t *testing.T) {
	t.Parallel()
	c := startProxied(t, stages.Offers{Registry: true, Lease: true})
	requireListed(t, c, "A", "B")
	what, err := c.CutOffRegistry(t.Context())
	require.NoError(t, err)
	require.Equal(t, "the registry is cut off: it runs on, and no server or client reaches it", what)
	require.True(t, c.Nodes()[0].Cut())
	requireListed(t, c) // it answers, and nobody's beats arrive
	_, err = c.HealRegistry(t.Context())
	require.NoError(t, err)
	require.False(t, c.Nodes()[0].Cut())
	requireListed(t, c, "A", "B")
	require.NoError(t, c.Verify())
}

func TestOneNodeOfEtcdIsCutOffAlone(t *testing.T) {
	t.Parallel()
	c := startProxied(t, stages.Offers{Registry: true, Lease: true, Etcd: true})
	list, ok := strings.CutPrefix(c.RegistryURL(), "etcd://")
	require.True(t, ok, c.RegistryURL())
	fronts := strings.Split(list, ",")
	require.Len(t, fronts, 3)
	asks := func(node int, wait time.Duration) error {
		require.NotEqual(t, c.Nodes()[node].Addr, fronts[node])
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: wait}
		_, err := measure.Registry{URL: "http://" + fronts[node], Client: &client}.List(t.Context(), cluster.Service)
		if errors.Is(err, measure.ErrUnknown) {
			return nil // that is an answer
		}
		return err
	}
	second := c.Nodes()[1]
	require.Equal(t, "node n2 of etcd", second.Called())
	require.NoError(t, asks(1, time.Minute))
	require.NoError(t, second.CutOff())
	require.ErrorIs(t, asks(1, 50*time.Millisecond), context.DeadlineExceeded)
	require.NoError(t, asks(0, time.Minute))
	require.NoError(t, asks(2, time.Minute))
	require.NoError(t, second.Heal())
	require.NoError(t, asks(1, time.Minute))
}

func TestANodeOfEtcdIsCutOffFromTheOthers(t *testing.T) {
	t.Parallel()
	c := startProxied(t, stages.Offers{Registry: true, Etcd: true})
	leader, err := c.Leader(t.Context())
	require.NoError(t, err)
	require.Equal(t, "n1", leader)
	second := c.Nodes()[1]
	require.NoError(t, second.Part())
	require.True(t, second.Parted())
	_, err = c.Leader(t.Context())
	require.Error(t, err, "the others wait for its answer")
	require.NoError(t, second.Heal())
	require.False(t, second.Parted())
	leader, err = c.Leader(t.Context())
	require.NoError(t, err)
	require.Equal(t, "n1", leader)
	require.ErrorContains(t, startProxied(t, stages.Offers{Registry: true}).Nodes()[0].Part(), "no proxy between the registry's process registry and others")
}

func TestARegistryWithoutProxiesIsNotCutOff(t *testing.T) {
	t.Parallel()
	c := start(t, stages.Offers{Registry: true})
	_, err := c.CutOffRegistry(t.Context())
	require.EqualError(t, err, "the registry's process registry stands behind no proxy")
	require.False(t, c.Nodes()[0].Cut())
	_, err = start(t, stages.Offers{}).CutOffRegistry(t.Context())
	require.ErrorIs(t, err, cluster.ErrNoRegistry)
}

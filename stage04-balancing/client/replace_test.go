package client_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/internal/logtest"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

// gate is a balancer that takes over no list with the instance of this id before it is opened.
type gate struct {
	balancer.Balancer
	id            string
	reached, open chan struct{}
}

func (g *gate) Update(list []registry.Instance) {
	if slices.ContainsFunc(list, func(in registry.Instance) bool { return in.ID == g.id }) {
		g.reached <- struct{}{}
		<-g.open
	}
	g.Balancer.Update(list)
}

// With 50,000 instances an update takes long enough to be felt.
func TestNobodyWaitsForAnUpdateOfTheBalancer(t *testing.T) {
	cluster := newCluster(t)
	a, b := cluster.serve("a:1"), cluster.serve("b:1")
	g := &gate{roundRobin(), b.in.ID, make(chan struct{}, 100), make(chan struct{})}
	script := registrytest.NewScript()
	c := cluster.clientOf(script, client.Options{Balancer: g})
	script.Shows(snapshot(a))
	require.NoError(t, c.Call(t.Context(), "Work.Do", 7, new(int)))
	script.Shows(snapshot(a, b))
	<-g.reached
	stats := make(chan client.Stats, 1)
	go func() { stats <- c.Stats() }()
	select {
	case s := <-stats:
		require.Len(t, s.Instances, 2)
	case <-time.After(10 * time.Second):
		t.Error("the client's lock is held while the balancer is updated")
	}
	require.NoError(t, c.Call(t.Context(), "Work.Do", 7, new(int)))
	close(g.open)
}

func TestADiscoveryThatFailsForGoodIsTheCallsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := registrytest.NewScript()
		c := newCluster(t).clientOf(script, client.Options{})
		call := c.Go(t.Context(), "Work.Do", 7, new(int))
		gone := errors.New("not allowed")
		script.Fails(gone)
		require.ErrorIs(t, (<-call.Done).Err, gone)
		require.ErrorIs(t, c.Call(t.Context(), "Work.Do", 7, new(int)), gone)
		require.True(t, c.Stats().Stale)
	})
}

func TestADiscoveryThatFailsForGoodLaterLeavesTheLastList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		var log logtest.Buffer
		c := cluster.clientOf(script, client.Options{Logger: log.Logger()})
		script.Shows(snapshot(cluster.serve("a:1")))
		synctest.Wait()
		require.Empty(t, log.String())
		script.Fails(errors.New("not allowed"))
		time.Sleep(time.Second)
		do(t, c)
		require.True(t, c.Stats().Stale)
		require.EqualValues(t, 1000, c.Stats().AgeMS)
		require.Equal(t, 1, strings.Count(log.String(), `level=WARN msg="the watch has ended" service=Work err="not allowed"`), log.String())
	})
}

// closing is a Script that notes its Close.
type closing struct {
	*registrytest.Script
	closed atomic.Bool
}

func (c *closing) Watch(context.Context, string) (registry.Watcher, error) { return c, nil }
func (c *closing) Close() error                                            { c.closed.Store(true); return nil }

func TestAWatchThatFailsForGoodIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := &closing{Script: registrytest.NewScript()}
		newCluster(t).clientOf(script, client.Options{})
		script.Fails(io.ErrUnexpectedEOF)
		synctest.Wait()
		require.True(t, script.closed.Load())
	})
}

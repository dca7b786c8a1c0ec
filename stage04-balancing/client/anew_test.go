package client_test

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
	"example.com/workshop/stage04-balancing/registry/registrytest"
)

// ledger keeps the lists that its balancer was given.
type ledger struct {
	balancer.Balancer
	mu    sync.Mutex // guards the field below
	lists []map[string]int
}

func (l *ledger) Update(list []registry.Instance) {
	weights := make(map[string]int)
	for _, in := range list {
		weights[in.ID] = in.Weight
	}
	l.mu.Lock()
	l.lists = append(l.lists, weights)
	l.mu.Unlock()
	l.Balancer.Update(list)
}

// take returns the lists since the last take: of each its ids and weights.
func (l *ledger) take() []map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer func() { l.lists = nil }()
	return slices.Clone(l.lists)
}

func TestTheBalancerForgetsWhoRegisteredAnew(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func(*host)
		forgets bool
	}{
		"other metadata":  {func(h *host) { h.in.Metadata = map[string]string{"started": "later"} }, true},
		"another version": {func(h *host) { h.in.Version = "2" }, true},
		"another address": {func(h *host) { h.kill(); h.in.Addr = "moved:1"; h.listen() }, true},
		"another network": {func(h *host) { h.kill(); h.in.Network = "http"; h.listen() }, true},
		"another weight":  {func(h *host) { h.in.Weight = 3 }, false},
		"nothing":         {func(h *host) { h.in.Metadata = maps.Clone(h.in.Metadata) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				b := &ledger{Balancer: roundRobin()}
				c := cluster.client(client.Options{Balancer: b})
				do(t, c)
				do(t, c)
				time.Sleep(time.Second)
				b.take()
				tt.change(hosts[0])
				synctest.Wait()
				b.take() // that its connection broke, perhaps
				hosts[0].register()
				synctest.Wait()
				lists := b.take()
				if tt.forgets {
					require.Equal(t, map[string]int{"b:1": 1}, lists[0], "replace has the balancer forget the instance, by an update without it; an instance on another network or at another address needs a new node; or apply has changed the old map, which views share")
					lists = lists[1:]
				}
				for _, list := range lists {
					require.Len(t, list, 2, "all in all the balancer heard: %v", lists)
				}
				time.Sleep(time.Second)
				before := hosts[0].ran.Load()
				do(t, c)
				do(t, c)
				require.Greater(t, hosts[0].ran.Load(), before)
			})
		})
	}
}

func TestAnInstanceThatRegistersAnewIsDialledWithoutWaitingForItsBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		h.kill()
		time.Sleep(time.Minute)
		h.listen()
		h.in.Version = "2"
		start := time.Now()
		h.register()
		synctest.Wait()
		require.Equal(t, client.Ready, states(c)["a:1"])
		do(t, c)
		require.Less(t, time.Since(start), 20*time.Millisecond)
	})
}

func TestARegistrationThatChangesTheOnlyInstanceFailsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		b := new(inOrder)
		c := cluster.client(client.Options{Balancer: b})
		do(t, c)
		called := make(chan *client.Call, 100)
		b.hidden = func() { // in the middle of an update
			for range cap(called) {
				called <- c.Go(t.Context(), "Work.Do", 7, new(int))
				runtime.Gosched()
			}
		}
		h.in.Version = "2"
		h.register()
		synctest.Wait()
		close(called)
		for call := range called {
			require.NoError(t, (<-call.Done).Err)
		}
	})
}

// callInUpdate makes a call in the middle of the first update that lists somebody.
type callInUpdate struct {
	inOrder
	call func()
}

func (b *callInUpdate) Update(list []registry.Instance) {
	b.inOrder.Update(list)
	if len(list) > 0 && b.call != nil {
		call := b.call
		b.call = nil
		call()
	}
}

func TestACallInTheMiddleOfAnUpdateGoesElsewhereToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].kill()
		made, called := make(chan *client.Client), make(chan error, 1)
		b := &callInUpdate{call: func() { called <- (<-made).Call(t.Context(), "Work.Do", 7, new(int)) }}
		made <- cluster.client(client.Options{Balancer: b})
		require.NoError(t, <-called, "b:1 is listed, and has not been asked")
		require.EqualValues(t, 1, ran(hosts[1:]))
	})
}

// TestAServerThatAlwaysRegistersAnewIsEjected though it is another process by its own
// account each time, with callers who do not try again.
func TestAServerThatAlwaysRegistersAnewIsEjected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		hosts := cluster.hosts("a:1", "b:1")
		hosts[0].kill()
		hosts[0].offer("Work", Crashing{})
		b := &ledger{Balancer: roundRobin()}
		c := cluster.client(client.Options{Balancer: b})
		failed := 0
		for i := range 1000 {
			hosts[0].in.Version = fmt.Sprint(i)
			hosts[0].register()
			synctest.Wait()
			if c.Call(t.Context(), "Work.Do", 7, new(int)) != nil {
				failed++
			}
			time.Sleep(10 * time.Millisecond)
		}
		require.Less(t, failed, 30, "in ten seconds")
	})
}

// early is a balancer that calls update before it takes a list over, and none when it has
// no instance to pick.
type early struct {
	balancer.Balancer
	update, none func()
}

func (e *early) Update(list []registry.Instance) {
	e.update()
	e.Balancer.Update(list)
}

func (e *early) Pick(info balancer.Info) (registry.Instance, func(balancer.DoneInfo), error) {
	in, done, err := e.Balancer.Pick(info)
	if err != nil {
		e.none()
	}
	return in, done, err
}

func TestUntilThereIsANewViewCallsGoByTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, script := newCluster(t), registrytest.NewScript()
		leaves, comes := cluster.serve("a:1"), cluster.serve("b:1")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b := &early{Balancer: roundRobin(), update: func() {}, none: func() {}}
		c := cluster.clientOf(script, client.Options{Balancer: b, Hold: -1})
		script.Shows(snapshot(leaves))
		do(t, c)
		meanwhile := make(chan error, 1)
		b.none = cancel // nobody else could end the call's wait for a view
		b.update = func() {
			b.update = func() {}
			meanwhile <- c.Call(ctx, "Work.Do", 7, new(int))
		}
		script.Shows(snapshot(comes))
		require.NoError(t, <-meanwhile, "a node retired before there was a view without it")
		synctest.Wait()
		do(t, c)
		require.EqualValues(t, 1, comes.ran.Load())
	})
}

package registry_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestAnUpdateThatWasGivenUpDoesNotOvertakeADeregistration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		var h changing
		h.set(registry.Handler(s).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{})
		in := instance("Arith", "a", "127.0.0.1:1")
		r, err := c.Register(t.Context(), in)
		require.NoError(t, err)

		h.set(slowly(registry.Handler(s), time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		updated := make(chan error, 1)
		go func() { updated <- r.Update(ctx, in) }()
		<-ctx.Done()
		h.set(registry.Handler(s).ServeHTTP) // which would be quicker than the update
		require.NoError(t, r.Deregister(t.Context()))
		<-updated
		time.Sleep(time.Minute)
		require.Empty(t, s.Services())
	})
}

func TestADeregistrationThatIsGivenUpFollowsTheUpdateItWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		var h changing
		h.set(registry.Handler(s).ServeHTTP)
		serve(t, &network, &h)
		in := instance("Arith", "a", "127.0.0.1:1")
		r, err := newClient(t, &network, registry.ClientOptions{}).Register(t.Context(), in)
		require.NoError(t, err)

		h.set(slowly(registry.Handler(s), time.Second))
		updated := make(chan error, 1)
		go func() { updated <- r.Update(t.Context(), in) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		require.ErrorIs(t, r.Deregister(ctx), context.DeadlineExceeded)
		require.NoError(t, <-updated)
		time.Sleep(2 * time.Second)
		require.Empty(t, s.Services(), "nobody keeps it on the list")
	})
}

func TestAnUpdateWaitsItsTurnNoLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{})
		in := instance("Arith", "a", "127.0.0.1:1")
		r, err := c.Register(t.Context(), in)
		require.NoError(t, err)
		h.set(hang)
		first := make(chan error, 1)
		go func() { first <- r.Update(t.Context(), in) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, r.Update(ctx, in), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		require.Error(t, <-first)
		require.Equal(t, 2*time.Second, time.Since(start), "the time-out of its request")
	})
}

func TestAnUpdateIsWhatIsRegisteredAgain(t *testing.T) {
	for name, reached := range map[string]bool{"one that was listed": true, "one that was not": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHost(t, registry.Options{})
				in := instance("Arith", "a", "127.0.0.1:1")
				r, err := h.client(registry.ClientOptions{}).Register(t.Context(), in)
				require.NoError(t, err)
				in.Weight = 0
				h.cut(!reached)
				err = r.Update(t.Context(), in)
				require.Equal(t, reached, err == nil, err)
				h.cut(false)
				h.restart()
				time.Sleep(ttl)
				require.Empty(t, cmp.Diff(h.store.Instances("Arith"), []registry.Instance{in}))
			})
		})
	}
}

func TestABadUpdateIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(t, registry.Options{})
		in := instance("Arith", "a", "127.0.0.1:1")
		r, err := h.client(registry.ClientOptions{}).Register(t.Context(), in)
		require.NoError(t, err)
		bad := in
		bad.Weight = -1
		require.ErrorAs(t, r.Update(t.Context(), bad), new(*registry.FieldError))
		h.restart()
		time.Sleep(ttl)
		require.Empty(t, cmp.Diff(h.store.Instances("Arith"), []registry.Instance{in}))
	})
}

func TestAnUpdateThatTheRegistryRefusesIsItsCallersError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		var h changing
		h.set(registry.Handler(s).ServeHTTP)
		serve(t, &network, &h)
		in := instance("Arith", "a", "127.0.0.1:1")
		r, err := newClient(t, &network, registry.ClientOptions{}).Register(t.Context(), in)
		require.NoError(t, err)
		h.set(on("/register", faults["the store has no room"], registry.Handler(s)))
		require.ErrorIs(t, r.Update(t.Context(), in), registry.ErrFull)
		h.set(on("/register", http.NotFoundHandler(), registry.Handler(s)))
		err = r.Update(t.Context(), in)
		require.EqualError(t, err, "registry http://registry:8500: answered 404 Not Found")
		require.NotErrorIs(t, err, registry.ErrNotFound)
	})
}

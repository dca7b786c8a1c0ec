package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestASlowBeatDoesNotBringBackWhatWasDeregistered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		h := registry.Handler(s)
		var begun atomic.Int32
		slow := noting(slowly(h, time.Minute), "/heartbeat", func() { begun.Add(1) })
		serve(t, &network, on("/heartbeat", slow, h))
		c := newClient(t, &network, registry.ClientOptions{Timeout: time.Hour})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		time.Sleep(longestPause)
		require.EqualValues(t, 1, begun.Load(), "a beat is under way")
		start := time.Now()
		require.NoError(t, r.Deregister(t.Context()))
		require.Zero(t, time.Since(start), "nobody waits for a beat")
		require.Empty(t, s.Services())
		time.Sleep(time.Hour)
		require.Empty(t, s.Services())
		require.EqualValues(t, 1, begun.Load())
	})
}

func TestASlowRegistrationDoesNotBringBackWhatWasDeregistered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)

		s := newStore() // the registry restarts and is told again, slowly
		begun := make(chan bool, 1)
		again := registry.Handler(s)
		h.set(on("/register", noting(slowly(again, 1900*time.Millisecond), "/register", func() { begun <- true }), again))
		<-begun
		require.NoError(t, r.Deregister(t.Context()))
		require.Empty(t, s.Services())
		time.Sleep(time.Hour)
		require.Empty(t, s.Services())
	})
}

func TestARegistrationThatIsTakenUpAfterItsDeregistrationIsNotListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)

		s := sweeping(t, registry.Options{})
		begun := make(chan bool, 1)
		again := registry.Handler(s)
		h.set(on("/register", noting(slowly(again, 3*time.Second), "/register", func() { begun <- true }), again))
		<-begun
		require.NoError(t, r.Deregister(t.Context()), "two seconds later")
		time.Sleep(time.Second) // the registry was slower still
		synctest.Wait()
		require.Empty(t, s.Services(), "trap R8")
		time.Sleep(time.Hour)
		require.Empty(t, s.Services(), "trap R8")
	})
}

func TestDeregisterDoesNotWaitLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)
		begun := make(chan bool, 1)
		h.set(on("/register", noting(http.HandlerFunc(hang), "/register", func() { begun <- true }), registry.Handler(newStore())))
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, r.Deregister(ctx), context.DeadlineExceeded, "Deregister did not wait for the registration under way: ctx has ended it")
		require.Equal(t, time.Second, time.Since(start))
		time.Sleep(time.Second) // until the request that hangs has timed out
		h.set(registry.Handler(newStore()).ServeHTTP)
		require.NoError(t, r.Deregister(t.Context()), "it can be asked again")
	})
}

func TestADeregistrationThatIsGivenUpFollowsTheRequestItWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		var h changing
		h.set(registry.Handler(newStore()).ServeHTTP)
		serve(t, &network, &h)
		c := newClient(t, &network, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		r, err := c.Register(t.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(t, err)

		s := sweeping(t, registry.Options{}) // it has forgotten the lease
		begun := make(chan bool, 1)
		h.set(on("/register", noting(slowly(registry.Handler(s), time.Second), "/register", func() { begun <- true }), registry.Handler(s)))
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		require.ErrorIs(t, r.Deregister(ctx), context.DeadlineExceeded)
		time.Sleep(time.Second)
		require.Empty(t, s.Services(), "it is registered again, and nobody keeps it on the list")
	})
}

func TestARestartedInstanceIsLeftAloneByItsPredecessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		serve(t, &network, registry.Handler(s))
		c := newClient(t, &network, registry.ClientOptions{Logger: logtest.Quiet()})
		in := instance("Arith", "a", "127.0.0.1:1")
		dead, die := context.WithCancel(t.Context())
		old, err := c.Register(dead, in)
		require.NoError(t, err)
		die()
		in.Version = "v2"
		_, err = c.Register(t.Context(), in)
		require.NoError(t, err)
		require.NoError(t, old.Deregister(t.Context()))
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}))
		time.Sleep(10 * ttl)
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{in}))
	})
}

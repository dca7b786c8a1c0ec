package registry_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestTheTTLIsWhatWasAskedForWithinBounds(t *testing.T) {
	for _, c := range []struct{ longest, asked, want time.Duration }{
		{0, 0, 15 * time.Second},
		{0, time.Minute, 15 * time.Second},
		{0, 5 * time.Second, 5 * time.Second},
		{0, time.Millisecond, registry.MinTTL},
		{0, -time.Second, 15 * time.Second},
		{time.Minute, 0, time.Minute},
		{time.Minute, 59 * time.Second, 59 * time.Second},
		{time.Minute, time.Hour, time.Minute},
		{time.Duration(math.MaxInt64), 0, registry.MaxTTL},
	} {
		s := registry.NewStore(registry.Options{TTL: c.longest})
		lease, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", c.asked)
		require.NoError(t, err)
		require.Equal(t, c.want, lease.TTL, c)
	}
}

func TestAnInstanceHasTheTTLThatItWasGranted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{TTL: time.Minute})
		for id, ttl := range map[string]time.Duration{"brief": 5 * time.Second, "long": time.Minute} {
			_, err := s.Put(instance("Arith", id, "127.0.0.1:1"), id, ttl)
			require.NoError(t, err)
		}
		time.Sleep(3 * time.Second)
		lease, err := s.Beat("Arith", "brief", "brief")
		require.NoError(t, err)
		require.Equal(t, 5*time.Second, lease.TTL, "a beat renews it for the same time")
		time.Sleep(6 * time.Second)
		require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{instance("Arith", "long", "127.0.0.1:1")}), "the brief lease has run out, and the long one has not (-got +want)")
	})
}

func TestALeaseHasAnIDOfItsOwn(t *testing.T) {
	s := newStore()
	first, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
	require.NoError(t, err)
	second, err := s.Put(instance("Arith", "b", "127.0.0.1:2"), "", 0)
	require.NoError(t, err)
	require.NotEmpty(t, first.ID)
	require.NotEqual(t, first.ID, second.ID)
	third, err := s.Put(instance("Arith", "c", "127.0.0.1:3"), "mine", 0)
	require.NoError(t, err)
	require.Equal(t, "mine", third.ID, "unless the caller names it")
}

// others are the addresses and leases with which an instance of another may come.
var others = map[string]struct{ addr, lease string }{
	"no lease, another address":      {"127.0.0.1:2", ""},
	"another lease, another address": {"127.0.0.1:2", "other"},
	"no lease, the same address":     {"127.0.0.1:1", ""},
	"another lease at that address":  {"127.0.0.1:1", "other"},
}

func TestOnlyWhoNamesARunningLeaseMayReplaceItsInstance(t *testing.T) {
	for name, c := range others {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := sweeping(t, registry.Options{})
				first := instance("Arith", "a", "127.0.0.1:1")
				require.NoError(t, put(s, first))
				time.Sleep(4500 * time.Millisecond)
				_, err := s.Put(instance("Arith", "a", c.addr), c.lease, 0)
				require.ErrorIs(t, err, registry.ErrTaken)
				require.EqualError(t, err, "id is taken: a of Arith is 127.0.0.1:1 for another 11 s")
				later, ok := errors.AsType[*registry.RetryAfterError](err)
				require.True(t, ok)
				require.Equal(t, 10500*time.Millisecond, later.After)
				require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{first}))
			})
		})
	}
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	moved := instance("Arith", "a", "127.0.0.1:2")
	require.NoError(t, put(s, moved), "under its own lease")
	require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{moved}))
}

func TestAnIDWhoseLeaseHasRunOutBelongsToWhoeverComes(t *testing.T) {
	for _, sweep := range []time.Duration{time.Second, 10 * time.Second} { // before and after the newcomer
		for name, c := range others {
			t.Run(fmt.Sprintf("%s, swept every %v", name, sweep), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := sweeping(t, registry.Options{Sweep: sweep})
					require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
					other := instance("Arith", "a", c.addr)
					time.Sleep(ttl - 1)
					_, err := s.Put(other, c.lease, 0)
					require.ErrorIs(t, err, registry.ErrTaken)
					time.Sleep(time.Nanosecond)
					synctest.Wait()
					_, err = s.Put(other, c.lease, 0)
					require.NoError(t, err)
					require.ErrorIs(t, beat(s, "Arith", "a"), registry.ErrNotFound)
					require.ErrorIs(t, remove(s, "Arith", "a"), registry.ErrNotFound)
					time.Sleep(ttl - 1)
					require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{other}), "for a TTL of its own")
				})
			})
		}
	}
}

func TestALeaseThatHasRunOutIsNotRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{Sweep: 10 * time.Second})
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(ttl - 1)
		require.NoError(t, beat(s, "Arith", "a"))
		time.Sleep(ttl)
		require.Len(t, s.Instances("Arith"), 1, "not swept yet")
		require.ErrorIs(t, beat(s, "Arith", "a"), registry.ErrNotFound, "the lease has run out at this very moment")
	})
}

func TestOnlyTheHolderOfALeaseBeatsAndLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		lease, err := s.Put(instance("Arith", "a", "127.0.0.1:1"), "", 0)
		require.NoError(t, err)
		time.Sleep(10 * time.Second)
		for _, other := range []string{"", "other"} {
			_, err := s.Beat("Arith", "a", other)
			require.ErrorIs(t, err, registry.ErrNotFound)
			require.ErrorIs(t, s.Delete("Arith", "a", other), registry.ErrNotFound)
		}
		require.Len(t, s.Instances("Arith"), 1)
		time.Sleep(6 * time.Second)
		require.Empty(t, s.Instances("Arith"), "the beats of others have renewed nothing")

		lease, err = s.Put(instance("Arith", "a", "127.0.0.1:1"), lease.ID, 0)
		require.NoError(t, err)
		got, err := s.Beat("Arith", "a", lease.ID)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(got, lease), "Beat returns the lease that it renews (-got +want)")
		require.NoError(t, s.Delete("Arith", "a", lease.ID))
		require.Empty(t, s.Services())
		for _, id := range []string{lease.ID, ""} {
			_, err := s.Beat("Arith", "a", id)
			require.ErrorIs(t, err, registry.ErrNotFound, "a beat brings nobody back")
		}
		require.Empty(t, s.Services())
	})
}

func TestWhoLeavesAfterItsLeaseHasRunOutIsOffTheListAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{Sweep: time.Minute})
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(ttl)
		require.Len(t, s.Instances("Arith"), 1, "not swept yet")
		require.NoError(t, remove(s, "Arith", "a"))
		require.Empty(t, s.Instances("Arith"), "its server stops now, and the next sweep is late")
	})
}

func TestALeaseThatEndedBeforeItBeganIsNotGranted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		in := instance("Arith", "a", "127.0.0.1:1")
		require.ErrorIs(t, s.Delete("Arith", "a", "late"), registry.ErrNotFound)
		require.ErrorIs(t, s.Delete("Arith", "a", ""), registry.ErrNotFound)
		time.Sleep(ttl - 1)
		_, err := s.Put(in, "late", 0)
		require.ErrorIs(t, err, registry.ErrNotFound)
		require.EqualError(t, err, "not registered: a of Arith has left")
		require.Empty(t, s.Services())
		lease, err := s.Put(in, "", 0)
		require.NoError(t, err, "another lease is free to come")
		require.NoError(t, s.Delete("Arith", "a", lease.ID))
		_, err = s.Put(in, lease.ID, 0)
		require.ErrorIs(t, err, registry.ErrNotFound, "a copy of that registration, which HTTP has sent twice")
		time.Sleep(2 * ttl)
		_, err = s.Put(in, "late", 0)
		require.NoError(t, err, "it is not remembered for ever")
	})
}

func TestTheEndedLeasesThatAreRememberedHaveALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		for i := range registry.MaxInstances {
			s.Delete("Arith", "a", fmt.Sprint(i))
		}
		s.Delete("Arith", "a", "one-more")
		_, err := s.Put(instance("Arith", "b", "127.0.0.1:1"), "one-more", 0)
		require.NoError(t, err, "trap R10")
		time.Sleep(ttl + time.Second)
		synctest.Wait()
		s.Delete("Arith", "a", "later")
		_, err = s.Put(instance("Arith", "a", "127.0.0.1:1"), "later", 0)
		require.ErrorIs(t, err, registry.ErrNotFound, "there is room again")
	})
}

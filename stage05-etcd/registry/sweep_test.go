package registry_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

const ttl = 15 * time.Second

// fleet is a number of instances that beat three times per TTL, each at a
// moment of its own, until it is killed.
type fleet struct {
	store *registry.Store
	kill  []context.CancelFunc
}

func newFleet(t *testing.T, s *registry.Store, n int) *fleet {
	f := &fleet{store: s}
	for i := range n {
		ctx, kill := context.WithCancel(t.Context())
		f.kill = append(f.kill, kill)
		go f.run(ctx, fmt.Sprintf("i%03d", i), ttl/3*time.Duration(i)/time.Duration(n))
	}
	time.Sleep(ttl)
	require.Len(t, s.Instances("Arith"), n)
	return f
}

func (f *fleet) run(ctx context.Context, id string, offset time.Duration) {
	time.Sleep(offset)
	f.store.Put(instance("Arith", id, "127.0.0.1:1"), id, ttl)
	beats := time.NewTicker(ttl / 3)
	defer beats.Stop()
	for {
		select {
		case <-beats.C:
			f.store.Beat("Arith", id, id)
		case <-ctx.Done():
			return
		}
	}
}

// killAll kills the first n at once.
func (f *fleet) killAll(n int) {
	for _, kill := range f.kill[:n] {
		kill()
	}
}

// listed returns how many instances the store lists.
func (f *fleet) listed() int { return len(f.store.Instances("Arith")) }

func TestAFewDeadInstancesAreEvicted(t *testing.T) {
	for _, c := range []struct{ of, dead int }{{1, 1}, {3, 1}, {3, 2}, {3, 3}, {20, 1}, {20, 3}, {100, 15}} {
		t.Run(fmt.Sprintf("%d of %d", c.dead, c.of), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log journal
				f := newFleet(t, sweeping(t, registry.Options{Logger: log.logger()}), c.of)
				f.killAll(c.dead)
				time.Sleep(ttl + time.Second)
				synctest.Wait()
				require.Equal(t, c.of-c.dead, f.listed())
				require.NotContains(t, log.String(), "WARN")
				time.Sleep(10 * ttl)
				require.Equal(t, c.of-c.dead, f.listed(), "nobody else goes")
			})
		})
	}
}

func TestManyDeadInstancesAreKept(t *testing.T) {
	for _, c := range []struct{ of, dead int }{{5, 4}, {20, 4}, {20, 18}, {100, 16}, {100, 99}} {
		t.Run(fmt.Sprintf("%d of %d", c.dead, c.of), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log journal
				f := newFleet(t, sweeping(t, registry.Options{Logger: log.logger()}), c.of)
				f.killAll(c.dead)
				time.Sleep(9 * ttl)
				require.Equal(t, c.of, f.listed())
				want := fmt.Sprintf("level=WARN msg=\"many instances are silent together: keeping them, for the fault may be here\" silent=%d of=%d\n", c.dead, c.of)
				require.Equal(t, want, log.String(), "one warning and no more")
				time.Sleep(2 * ttl)
				require.Equal(t, c.of-c.dead, f.listed(), "the doubt has ended, for the others beat")
				require.Equal(t, 1, strings.Count(log.String(), "WARN"))
			})
		})
	}
}

func TestAllAreKeptWhenNobodyBeats(t *testing.T) {
	for _, n := range []int{4, 20, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, sweeping(t, registry.Options{}), n)
				f.killAll(n)
				time.Sleep(100 * ttl)
				require.Equal(t, n, f.listed())
			})
		})
	}
}

func TestTheDoubtEndsWhenTheSilentBeatAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		s := sweeping(t, registry.Options{Logger: log.logger()})
		f := newFleet(t, s, 20)
		f.killAll(18)
		time.Sleep(3 * ttl)
		for i := range 18 { // the network is back
			_, err := s.Beat("Arith", fmt.Sprintf("i%03d", i), "")
			require.NoError(t, err)
		}
		require.Equal(t, 1, strings.Count(log.String(), "WARN"))
		time.Sleep(ttl - 1)
		require.Equal(t, 20, f.listed())
		require.Equal(t, 1, strings.Count(log.String(), "WARN"))
		time.Sleep(ttl) // and gone again
		require.Equal(t, 20, f.listed())
		require.Equal(t, 2, strings.Count(log.String(), "WARN"))
	})
}

// stalling is a log handler that holds up whoever logs an eviction, and so
// the sweeper, once.
type stalling struct {
	slog.Handler
	stalled chan struct{}
	resume  chan struct{}
}

func (s *stalling) Enabled(context.Context, slog.Level) bool { return true }

func (s *stalling) Handle(context.Context, slog.Record) error {
	select {
	case s.stalled <- struct{}{}:
		<-s.resume
	default: // nobody waits for it any more
	}
	return nil
}

// stall lets an instance die and returns when its eviction holds up the sweeper.
func stall(t *testing.T, s *registry.Store, log *stalling) {
	_, err := s.Put(instance("Other", "bait", "127.0.0.1:1"), "", time.Second)
	require.NoError(t, err)
	<-log.stalled
}

func TestASlowLogHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &stalling{slog.DiscardHandler, make(chan struct{}), make(chan struct{})}
		s := sweeping(t, registry.Options{Logger: slog.New(log)})
		stall(t, s, log)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		_, err := s.Beat("Arith", "a", "")
		require.NoError(t, err)
		require.Len(t, s.Instances("Arith"), 1)
		close(log.resume)
	})
}

func TestNobodyIsEvictedForTheSweepersOwnDelay(t *testing.T) {
	for name, n := range map[string]int{"few": 3, "many": 20} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := &stalling{slog.DiscardHandler, make(chan struct{}), make(chan struct{})}
				s := sweeping(t, registry.Options{Logger: slog.New(log)})
				for i := range n {
					require.NoError(t, put(s, instance("Arith", fmt.Sprint(i), "127.0.0.1:1")))
				}
				time.Sleep(ttl / 3)
				for i := range n {
					_, err := s.Beat("Arith", fmt.Sprint(i), "")
					require.NoError(t, err)
				}
				beaten := time.Now()
				stall(t, s, log)
				before := time.Since(beaten)
				time.Sleep(5*ttl + ttl/50) // the whole registry is suspended: no sweep and no beat
				close(log.resume)
				synctest.Wait()
				require.Len(t, s.Instances("Arith"), n, "on resume")

				const sweep = time.Second // by which the leases have aged all the same
				time.Sleep(ttl - before - sweep - 1)
				require.Len(t, s.Instances("Arith"), n, "they have what was left of their TTL")
				time.Sleep(sweep + 1)
				synctest.Wait()
				if n == 3 {
					require.Empty(t, s.Instances("Arith"), "and no more")
				} else {
					require.Len(t, s.Instances("Arith"), n, "nobody beats, so all are kept")
				}
			})
		})
	}
}

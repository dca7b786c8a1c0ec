package workshop_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
)

// TestWhoLeavesAsServersDoIsNotHeld is about the order in which arith-server
// leaves: a goodbye, a pause in which it spreads, and only then the list.
func TestWhoLeavesAsServersDoIsNotHeld(t *testing.T) {
	for kind, newSite := range sites {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, 5*time.Second)
				hosts := s.starts(3)
				ctx, cancel := context.WithCancel(t.Context())
				w, err := registry.Hold(s.open(s.network.DialContext), registry.HoldOptions{}).Watch(ctx, "Arith")
				require.NoError(t, err)
				var following sync.WaitGroup
				var last registry.Snapshot
				following.Go(func() {
					for snap, err := w.Next(ctx); err == nil; snap, err = w.Next(ctx) {
						last = snap
						if len(snap.Held) > 0 {
							t.Errorf("held: %+v", snap.Held)
						}
					}
				})
				for _, h := range hosts {
					h.leave()
				}
				synctest.Wait()
				cancel()
				following.Wait()
				require.Empty(t, last.Instances)
			})
		})
	}
}

func TestWhenEverybodyLeavesNoCallFailsBeforeTheLastHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, 5*time.Second)
		hosts := s.starts(5)
		c := s.client(client.Options{})
		c.calls(s.ttl)
		for _, h := range hosts[:4] {
			time.AfterFunc(1, h.leave)
			c.calls(s.ttl)
		}
		require.Len(t, c.Stats().Instances, 1)
		hosts[4].leave()
		synctest.Wait()
		began := time.Now()
		require.ErrorIs(t, c.try(), client.ErrNoInstances)
		require.Zero(t, time.Since(began))
		synctest.Wait() // for those who are hung up on
		for _, h := range hosts {
			require.Equal(t, c.opens[h.in.Addr], c.closes[h.in.Addr], "open connections to %s", h.in.ID)
		}
	})
}

// TestBlueAndGreenChangePlacesWithoutALostCall replaces a whole fleet at once.
func TestBlueAndGreenChangePlacesWithoutALostCall(t *testing.T) {
	for name, leave := range map[string]func(*host){
		"politely":    func(h *host) { go h.leave() },
		"by kill -9":  func(h *host) { h.machine.Kill() },
		"unannounced": func(h *host) { h.registration.Deregister(h.site.t.Context()); h.machine.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, 5*time.Second)
				blue := s.starts(10)
				c := s.client(client.Options{})
				c.calls(s.ttl)
				for i := range 4 { // fewer than there were
					s.start(fmt.Sprintf("green-%d:1234", i))
				}
				c.calls(s.ttl)
				for _, h := range blue {
					leave(h)
				}
				c.calls(2 * s.ttl)
				c.reset()
				c.calls(2 * s.ttl)
				require.Len(t, c.answers, 4)
				synctest.Wait() // for those who are hung up on
				for _, h := range blue {
					require.Zero(t, c.answers[h.in.Addr])
					require.Equal(t, c.opens[h.in.Addr], c.closes[h.in.Addr], "open connections to %s", h.in.ID)
				}
			})
		})
	}
}

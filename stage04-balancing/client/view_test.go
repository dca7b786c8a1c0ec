package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

// connecting has b:1 be connecting for half a second.
func connecting(t *testing.T, cluster *cluster, c *client.Client) {
	fill := cluster.blackHole("b:1")
	go c.Call(t.Context(), "Work.Do", 7, new(int))
	go c.Call(t.Context(), "Work.Do", 7, new(int)) // on either, and so on b:1
	time.AfterFunc(500*time.Millisecond, fill)
}

func TestAnInstanceInTransientFailureTakesNoCallsWhileAnotherDoes(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *cluster, *client.Client){
		"is ready":      func(t *testing.T, _ *cluster, c *client.Client) { do(t, c); do(t, c) },
		"is idle":       func(*testing.T, *cluster, *client.Client) {},
		"is connecting": connecting,
		"is connecting, and the view is new": func(t *testing.T, cluster *cluster, c *client.Client) {
			connecting(t, cluster, c)
			synctest.Wait() // until a:1 is ready; for renewEvery there is no other view
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := newCluster(t)
				hosts := cluster.hosts("a:1", "b:1")
				c := cluster.client(client.Options{Balancer: roundRobin()})
				prepare(t, cluster, c)
				hosts[0].kill()
				synctest.Wait()
				do(t, c)
				do(t, c) // on either, and so on a:1
				require.Equal(t, client.TransientFailure, states(c)["a:1"])
				before := failures(c, "a:1")
				for range 100 {
					do(t, c)
				}
				require.Equal(t, before, failures(c, "a:1"))
			})
		})
	}
}

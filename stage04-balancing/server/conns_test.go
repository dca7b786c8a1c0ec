package server_test

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

func TestWhoeverComesWhileAllConnectionsAreTakenIsHungUpOn(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{MaxConns: 3})
				var idle []net.Conn
				for range 2 {
					idle = append(idle, h.dial(t))
				}
				synctest.Wait()
				c := h.client(t, network)
				requireWorks(t, c, "the third")
				requireHangsUp(t, h.dial(t), 0)
				requireHangsUp(t, h.dial(t), 0)
				requireWorks(t, c, "who was there before")
				synctest.Wait() // until what was hung up on is in the log
				log := h.log.String()
				require.Equal(t, 2, strings.Count(log, "too many connections"), log)
				require.Contains(t, log, "limit=3")

				idle[0].Close()
				synctest.Wait()
				requireWorks(t, h.client(t, network), "there is room again")
			})
		})
	}
}

// TestTwoHundredSilentPeersAreGoneAfterTenMinutes has them come all the time.
func TestTwoHundredSilentPeersAreGoneAfterTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "tcp", server.Options{MaxConns: 50})
		for range 200 {
			h.dial(t)
		}
		synctest.Wait()
		requireHangsUp(t, h.dial(t), 0)
		time.Sleep(10*time.Minute + time.Second)
		requireWorks(t, h.client(t, "tcp"), "they were idle")
	})
}

package server_test

import (
	"io"
	"net"
	"net/rpc"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/server"
)

func TestWhoeverComesWhileAllConnectionsAreTakenIsHungUpOn(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{MaxConns: 3})
				var all [3]*rpc.Client
				for i := range all {
					all[i] = h.client(t, network)
					requireWorks(t, all[i], "there is room")
				}
				requireHangsUp(t, h.dial(t), 0)
				requireHangsUp(t, h.dial(t), 0)
				for _, c := range all {
					requireWorks(t, c, "who was there before")
				}
				synctest.Wait() // until what was hung up on is in the log
				log := h.log.String()
				require.Equal(t, 2, strings.Count(log, "too many connections"), log)
				require.Contains(t, log, "limit=3")

				all[0].Close()
				synctest.Wait()
				requireWorks(t, h.client(t, network), "there is room again")
			})
		})
	}
}

// TestThePeerThatHasSaidNothingForTheLongestMakesRoom has one that sends half a request
// too.
func TestThePeerThatHasSaidNothingForTheLongestMakesRoom(t *testing.T) {
	for network, request := range echoes(t) {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{MaxConns: 3})
				caller := h.client(t, network)
				requireWorks(t, caller, "the first")
				half := h.open(t, network)
				_, err := io.WriteString(half, request[:len(request)-1])
				require.NoError(t, err)
				synctest.Wait()
				last := h.dial(t)
				synctest.Wait()

				second := h.client(t, network)
				requireWorks(t, second, "in place of the older one")
				requireHangsUp(t, half, 0)
				third := h.client(t, network)
				requireWorks(t, third, "in place of the younger one")
				requireHangsUp(t, last, 0)
				requireHangsUp(t, h.dial(t), 0)
				for _, c := range []*rpc.Client{caller, second, third} {
					requireWorks(t, c, "who has called stays")
				}
			})
		})
	}
}

func TestTwoHundredSilentPeersShutNobodyOut(t *testing.T) {
	for _, network := range networks {
		t.Run(network, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, network, server.Options{MaxConns: 50})
				caller := h.client(t, network)
				requireWorks(t, caller, "the first")
				for range 10 {
					h.dial(t).Close() // they are no longer there to make room
				}
				synctest.Wait()
				var conns [200]net.Conn
				for i := range conns {
					conns[i] = h.dial(t)
				}
				synctest.Wait()
				requireWorks(t, h.client(t, network), "the last")
				requireWorks(t, caller, "the first")
				for _, conn := range conns[:151] {
					requireHangsUp(t, conn, 0)
				}
			})
		})
	}
}

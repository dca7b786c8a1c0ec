//go:build unix

package registry_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

func TestALongPollIsNotHungUpOnForAStranger(t *testing.T) {
	limitDescriptors(t)
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		h := registry.Handler(s)
		serve(t, &network, h)
		client := http.Client{Transport: &http.Transport{DialContext: network.DialContext}}
		defer client.CloseIdleConnections()
		polled := make(chan error, 1)
		go func() {
			resp, err := client.Get(fmt.Sprintf("http://%s/services/Arith?revision=%d&wait=5m", address, get(t, h, "Arith").Revision))
			if err == nil {
				err = resp.Body.Close()
			}
			polled <- err
		}()
		synctest.Wait()
		conns, start := strangers(t, &network, ""), time.Now()
		untilClosed(t, conns[len(conns)-maxConns])
		require.Zero(t, time.Since(start), "its connection counts too")
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		require.NoError(t, <-polled)
	})
}

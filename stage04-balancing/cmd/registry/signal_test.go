//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/cmdtest"
)

func TestASignalEndsTheRegistryWith0(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(fmt.Sprint(sig), func(t *testing.T) {
			t.Parallel()
			p, at := serve(t)
			client := http.Client{Transport: new(http.Transport)}
			defer client.CloseIdleConnections()
			resp, err := client.Get(at + "/services")
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			p.Signal(sig) // though a connection is open
			require.Equal(t, cmdtest.Outcome{Code: 0}, p.Wait())
		})
	}
}

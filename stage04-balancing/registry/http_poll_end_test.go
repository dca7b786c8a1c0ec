package registry_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// request asks over the network, and tells what came back and after how long.
func request(t *testing.T, network *memnet.Network, head string) (string, time.Duration) {
	t.Helper()
	conn, start := connect(t, network), time.Now()
	_, err := io.WriteString(conn, head)
	require.NoError(t, err)
	return untilClosed(t, conn), time.Since(start)
}

func TestTheServersDeadlinesDoNotCutAPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		h := registry.Handler(sweeping(t, registry.Options{}))
		serve(t, &network, h)
		revision := get(t, h, "Arith").Revision
		got, took := request(t, &network, fmt.Sprintf("GET /services/Arith?revision=%d&wait=5m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", revision))
		require.Contains(t, got, "200 OK")
		require.GreaterOrEqual(t, took, 5*time.Minute)
	})
}

func TestABodyThatNeverComesDoesNotHoldAPollForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		h := registry.Handler(sweeping(t, registry.Options{}))
		serve(t, &network, h)
		_, took := request(t, &network, "GET /services/Arith?wait=1m HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n")
		require.Less(t, took, 2*time.Minute)
	})
}

func TestAPollEndsWhenTheRegistryStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		stop := serve(t, &network, h)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.AfterFunc(time.Second, stop)
		got, took := request(t, &network, fmt.Sprintf("GET /services/Arith?revision=%d&wait=1m HTTP/1.1\r\nHost: x\r\n\r\n", get(t, h, "Arith").Revision))
		require.Equal(t, time.Second, took)
		require.Contains(t, got, `"id":"a"`, "with what there is")
	})
}

func TestAPollEndsWithItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		h := registry.Handler(sweeping(t, registry.Options{}))
		ended := make(chan struct{})
		serve(t, &network, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r)
			close(ended)
		}))
		conn, start := connect(t, &network), time.Now()
		_, err := fmt.Fprintf(conn, "GET /services/Arith?revision=%d&wait=5m HTTP/1.1\r\nHost: x\r\n\r\n", get(t, h, "Arith").Revision)
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, conn.Close())
		<-ended
		require.Zero(t, time.Since(start))
	})
}

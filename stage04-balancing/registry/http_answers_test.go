package registry_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/memnet"
	"example.com/workshop/stage04-balancing/registry"
)

// slowReader asks for a service and reads the first line of the answer alone.
func slowReader(t *testing.T, network *memnet.Network, path string) net.Conn {
	t.Helper()
	conn := connect(t, network)
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	require.NoError(t, err)
	line, err := bufio.NewReaderSize(conn, 16).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "200")
	return conn
}

// bulk fills a service with 2,000 instances, 1.6 MiB.
func bulk(t *testing.T, s *registry.Store) {
	t.Helper()
	for i := range 2000 {
		in := instance("Bulk", fmt.Sprint(i), "127.0.0.1:1")
		in.Metadata = map[string]string{"a": strings.Repeat("a", 256), "b": strings.Repeat("b", 256), "c": strings.Repeat("c", 256)}
		require.NoError(t, put(s, in))
	}
}

func TestASlowReaderOfAPollIsCutOffHoweverLongThePollMightHaveWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		bulk(t, s)
		serve(t, &network, registry.Handler(s))
		conn := slowReader(t, &network, "/services/Bulk?revision=1&wait=5m")
		time.Sleep(11 * time.Second)
		require.Less(t, len(untilClosed(t, conn)), 1<<20)
	})
}

// TestReadersOfManyListsAreHurried though each of them is in time.
func TestReadersOfManyListsAreHurried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		bulk(t, s)
		serve(t, &network, registry.Handler(s))
		for range 50 { // of one list, which counts once when they come and once when they go
			slowReader(t, &network, "/services/Bulk")
		}
		time.Sleep(11 * time.Second)
		var last net.Conn
		for i := range 45 { // lists and their text, of 3.2 MiB together
			in := instance("Bulk", "new", "127.0.0.1:1")
			in.Weight = i + 1
			require.NoError(t, put(s, in))
			last = slowReader(t, &network, "/services/Bulk")
		}
		all := slowReader(t, &network, "/services")
		time.Sleep(2 * time.Second)
		require.Less(t, len(untilClosed(t, last)), 1<<20)
		require.Less(t, len(untilClosed(t, all)), 1<<20)

		time.Sleep(10 * time.Second) // the others are cut off
		last = slowReader(t, &network, "/services/Bulk")
		time.Sleep(2 * time.Second)
		require.Greater(t, len(untilClosed(t, last)), 1<<20, "there are few again")
	})
}

func TestReadersOfManyListsOfLeasesAreHurriedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		s := newStore()
		fill(t, s, 50_000) // 3.4 MiB for each reader
		serve(t, &network, registry.Handler(s))
		var last net.Conn
		for range 40 {
			last = slowReader(t, &network, "/leases")
		}
		time.Sleep(2 * time.Second)
		require.Less(t, len(untilClosed(t, last)), 1<<20)

		time.Sleep(10 * time.Second) // the others are cut off
		last = slowReader(t, &network, "/leases")
		time.Sleep(2 * time.Second)
		require.Greater(t, len(untilClosed(t, last)), 1<<20, "there are few again")
	})
}

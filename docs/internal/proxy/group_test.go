package proxy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/proxy"
)

func TestAURLGetsAProxyForEachOfItsAddresses(t *testing.T) {
	one, _ := echo(t)
	two, _ := echo(t)
	for _, targets := range [][]string{{one}, {one, two}} {
		for _, scheme := range []string{"http://", "etcd://"} {
			var group proxy.Group
			url, proxies, err := group.URL(scheme + strings.Join(targets, ","))
			require.NoError(t, err)
			require.Len(t, proxies, len(targets))
			var addrs []string
			for _, p := range proxies {
				addrs = append(addrs, p.Addr())
				requireEcho(t, dial(t, p.Addr()), "hello")
			}
			require.Equal(t, scheme+strings.Join(addrs, ","), url)
			group.Close()
			requireNothingLeft(t)
		}
	}
}

func TestAURLWithoutAnAddressHasNoProxy(t *testing.T) {
	var group proxy.Group
	defer group.Close()
	for _, url := range []string{"", "127.0.0.1:8500", "http://"} {
		_, _, err := group.URL(url)
		require.ErrorContains(t, err, "is not SCHEME://HOST:PORT")
	}
}

func TestAClosedGroupStartsNothing(t *testing.T) {
	var group proxy.Group
	group.Close()
	_, err := group.Listen("127.0.0.1:1")
	require.ErrorIs(t, err, proxy.ErrClosed)
	requireNothingLeft(t)
}

package registry_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/memnet"
	"example.com/workshop/stage05-etcd/registry"
)

func TestTheRegistrysURLIsChecked(t *testing.T) {
	for url, want := range map[string]string{
		"etcd://127.0.0.1:2379": `registry "etcd://127.0.0.1:2379": unknown scheme "etcd": want http://HOST:PORT`,
		"127.0.0.1:8500":        `registry "127.0.0.1:8500": no scheme: want http://HOST:PORT`,
		"localhost:8500":        `registry "localhost:8500": no scheme: want http://HOST:PORT`,
		"http://":               `registry "http://": no host: want http://HOST:PORT`,
		"http:///services":      `registry "http:///services": no host: want http://HOST:PORT`,
		"http://a b":            `registry "http://a b": not a URL: want http://HOST:PORT`,
		"http://:8500":          `registry "http://:8500": no host: want http://HOST:PORT`,
		"ftp://ann:pw@h:1":      `registry "ftp://…@h:1": unknown scheme "ftp": want http://HOST:PORT`,
		"http://ann:p@w@h:x":    `registry "http://…@h:x": not a URL: want http://HOST:PORT`,
		"ann:pw@h:1":            `registry "…@h:1": no scheme: want http://HOST:PORT`,
		"ann:pw@h:1?://":        `registry "…@h:1?://": unknown scheme "ann": want http://HOST:PORT`,
		"http://h:99999":        `registry "http://h:99999": no such port: want http://HOST:PORT`,
		"http://h:0":            `registry "http://h:0": no such port: want http://HOST:PORT`,
		"http://h:1?x=1":        `registry "http://h:1?x=1": a query or a fragment: want http://HOST:PORT`,
		"http://h:1/#list":      `registry "http://h:1/#list": a query or a fragment: want http://HOST:PORT`,
		"":                      `registry "": no scheme: want http://HOST:PORT`,
	} {
		_, err := registry.NewClient(url, registry.ClientOptions{})
		require.EqualError(t, err, want)
	}
	for _, url := range []string{"http://127.0.0.1:8500", "HTTP://127.0.0.1:8500", "https://registry.example.com/path"} {
		_, err := registry.NewClient(url, registry.ClientOptions{})
		require.NoError(t, err)
	}
}

func TestARegistryMayHaveAPathOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		serve(t, &network, http.StripPrefix("/discovery", registry.Handler(newStore())))
		c, err := registry.NewClient("http://"+address+"/discovery/", registry.ClientOptions{Transport: &http.Transport{DialContext: network.DialContext}})
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Instances(t.Context(), "Arith")
		require.NoError(t, err)
	})
}

func TestAnErrorNamesTheRegistryAndKeepsItsPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var network memnet.Network
		c, err := registry.NewClient("http://user:secret@"+address, registry.ClientOptions{Transport: &http.Transport{DialContext: network.DialContext}})
		require.NoError(t, err)
		_, err = c.Instances(t.Context(), "Arith")
		require.EqualError(t, err, "registry http://user:xxxxx@registry:8500: dial mem registry:8500: connection refused")
	})
}

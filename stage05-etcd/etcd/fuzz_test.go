package etcd_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
)

// FuzzParse looks for URLs whose endpoints nobody could dial, or that would
// break the line of an error.
func FuzzParse(f *testing.F) {
	for _, url := range []string{
		"etcd://h1:2379,h2:2379", "etcd://127.0.0.1:2379/", "etcd://[::1]:2379", "etcd://", "etcd:///", "etcd://,", "etcd://h",
		"etcd://:1", "etcd://h:", "etcd://user:secret@h:1", "etcd://h:1?x=y", "etcd://h\n:1", "etcd://h:1 ,h:2", "http://h:1", "",
	} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		endpoints, err := etcd.Parse(url)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		require.NotEmpty(t, endpoints)
		for _, endpoint := range endpoints {
			host, port, err := net.SplitHostPort(endpoint)
			require.NoError(t, err)
			require.NotEmpty(t, host)
			require.NotEmpty(t, port)
			require.False(t, strings.ContainsFunc(endpoint, func(c rune) bool { return !unicode.IsPrint(c) }), "%q", endpoint)
		}
		again, err := etcd.Parse(etcd.Scheme + strings.Join(endpoints, ","))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(again, endpoints))
	})
}

// FuzzDecode looks for entries that are taken for an instance and are none, or
// for one that belongs under another key.
func FuzzDecode(f *testing.F) {
	for _, entry := range [][2]string{
		{"1.2.3/a", `{"service":"Arith","id":"a","addr":"10.0.0.1:1","network":"tcp","version":"1.2.3","weight":1,"metadata":{"k":"v"}}`},
		{"v1/10.0.0.1:8080", `{"addr":"10.0.0.1:8080"}`},
		{"-/a", `{"addr":"10.0.0.1:1"}`},
		{"-/a", `{"addr":"10.0.0.1:1","version":"-"}`},
		{"1/a", `{`},
		{"1/a", `null`},
		{"1/a", `[]`},
		{"1/a", `10.0.0.1:8080`},
		{"1/a", ``},
		{"1/a", `{"addr":"no port"}`},
		{"1/a", `{"addr":"10.0.0.1:1","service":"Other"}`},
		{"1/a", `{"addr":"10.0.0.1:1","version":"2"}`},
		{"1/a", `{"addr":"10.0.0.1:1","id":"b"}`},
		{"1/a", `{"addr":"10.0.0.1:1","weight":-1}`},
		{"1/a", `{"addr":"10.0.0.1:1","weight":1e99}`},
		{"1/a", `{"addr":"10.0.0.1:1","metadata":"x"}`},
		{"1/a/b", `{"addr":"10.0.0.1:1"}`},
		{"/a", `{"addr":"10.0.0.1:1"}`},
		{"1/", `{"addr":"10.0.0.1:1"}`},
		{"1", `{"addr":"10.0.0.1:1"}`},
		{"", `{"addr":"10.0.0.1:1"}`},
	} {
		f.Add(entry[0], entry[1])
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		key = "/services/Arith/" + key
		in, err := etcd.Decode("Arith", key, value)
		if err != nil {
			return
		}
		require.NoError(t, in.Validate())
		require.Equal(t, "Arith", in.Service)
		require.Equal(t, key, etcd.EntryKey(in))
		written, err := json.Marshal(in)
		require.NoError(t, err)
		again, err := etcd.Decode("Arith", key, string(written))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(again, in))
	})
}

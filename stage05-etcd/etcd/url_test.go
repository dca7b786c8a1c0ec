package etcd_test

import (
	"net"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
)

func TestDialSaysWhatIsWrongWithAURL(t *testing.T) {
	for url, want := range map[string]string{
		"http://127.0.0.1:2379":    `registry "http://127.0.0.1:2379": want etcd://HOST:PORT,HOST:PORT`,
		"etcd://":                  `registry "etcd://": "" is not HOST:PORT`,
		"etcd://h":                 `registry "etcd://h": "h" is not HOST:PORT`,
		"etcd://h1:1,,h2:2":        `registry "etcd://h1:1,,h2:2": "" is not HOST:PORT`,
		"etcd://h1:1,h2:2/path":    `registry "etcd://h1:1,h2:2/path": "h2:2/path" is not HOST:PORT`,
		"etcd://user@h1:1,h2:2":    `registry "etcd://…@h1:1,h2:2": want etcd://HOST:PORT,HOST:PORT, without a user`,
		"etcd://u:p@ss@h1:1":       `registry "etcd://…@h1:1": want etcd://HOST:PORT,HOST:PORT, without a user`,
		"ftp://u:secret@h1:1":      `registry "ftp://u…@h1:1": want etcd://HOST:PORT,HOST:PORT, without a user`,
		"etcd://:2379":             `registry "etcd://:2379": ":2379" is not HOST:PORT`,
		"etcd://h:99999":           `registry "etcd://h:99999": "h:99999" is not HOST:PORT`,
		"etcd://[::1]:1,localhost": `registry "etcd://[::1]:1,localhost": "localhost" is not HOST:PORT`,
	} {
		_, err := etcd.Dial(url, etcd.Options{})
		require.EqualError(t, err, want)
	}
}

func TestASchemeIsOfEitherCase(t *testing.T) {
	got, err := etcd.Parse("ETCD://h1:1,h2:2")
	require.NoError(t, err)
	require.Equal(t, []string{"h1:1", "h2:2"}, got)
}

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

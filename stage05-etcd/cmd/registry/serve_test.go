package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/cmdtest"
	"example.com/workshop/stage05-etcd/registry"
)

// serve starts a registry on a free port and returns its URL.
func serve(t *testing.T, args ...string) (*cmdtest.Process, string) {
	t.Helper()
	p := cmdtest.Start(t, append([]string{"-listen", "127.0.0.1:0"}, args...)...)
	return p, "http://" + p.Addr()
}

// post sends a form, as curl -d does, and decodes the answer.
func post[T any](t *testing.T, url string, form url.Values) (answer T) {
	t.Helper()
	resp, err := http.PostForm(url, form)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	return answer
}

func TestTheRegistryListsWhatCurlRegisters(t *testing.T) {
	t.Parallel()
	p, at := serve(t)
	post[registry.Instance](t, at+"/register", url.Values{"name": {"Arith"}, "addr": {"127.0.0.1:1234"}})
	resp, err := http.Get(at + "/services/Arith")
	require.NoError(t, err)
	defer resp.Body.Close()
	var answer struct{ Instances []registry.Instance }
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	got := answer.Instances
	want := []registry.Instance{{Service: "Arith", ID: "127.0.0.1:1234", Addr: "127.0.0.1:1234", Network: "tcp", Weight: 1}}
	require.Empty(t, cmp.Diff(got, want))
	require.NoError(t, p.Cmd.Process.Kill())
	require.Empty(t, p.Wait().Stdout, "but for the address")
}

func TestAnAddressThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	t.Parallel()
	cmdtest.RequireWritten(t, "registry", "-listen", "127.0.0.1:0")
}

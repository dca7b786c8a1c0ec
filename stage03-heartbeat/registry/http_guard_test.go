package registry_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/registry"
)

func TestEveryRouteTakesItsOwnMethodAlone(t *testing.T) {
	h := registry.Handler(newStore())
	for _, c := range []struct{ method, target, allow string }{
		{http.MethodGet, "/register?name=Arith&addr=127.0.0.1:1", "POST"},
		{http.MethodPut, "/register?name=Arith&addr=127.0.0.1:1", "POST"},
		{http.MethodGet, "/deregister?name=Arith&id=a", "POST"},
		{http.MethodDelete, "/deregister?name=Arith&id=a", "POST"},
		{http.MethodGet, "/heartbeat?name=Arith&id=a&lease=x", "POST"},
		{http.MethodPost, "/leases", "GET, HEAD"},
		{http.MethodPost, "/services", "GET, HEAD"},
		{http.MethodPost, "/services/Arith", "GET, HEAD"},
		{http.MethodDelete, "/services/Arith", "GET, HEAD"},
	} {
		w := send(h, c.method, c.target, "", "")
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, "%s %s", c.method, c.target)
		require.Equal(t, c.allow, w.Header().Get("Allow"), "%s %s", c.method, c.target)
		path, _, _ := strings.Cut(c.target, "?")
		require.Equal(t, answer{Error: strconv.Quote(path) + " takes " + c.allow}, decoded[answer](t, w))
	}
}

package registry_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage03-heartbeat/registry"
)

func TestListsAreJSONWithTheseKeys(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	require.JSONEq(t, `[]`, send(h, http.MethodGet, "/services/Arith", "", "").Body.String(), "nobody")
	require.JSONEq(t, `{}`, send(h, http.MethodGet, "/services", "", "").Body.String(), "no service")

	in := instance("Arith", "a", "127.0.0.1:1")
	in.Metadata = map[string]string{"zone": "x"}
	require.NoError(t, put(s, in))
	require.NoError(t, put(s, instance("Slow", "", "127.0.0.1:2")))
	arith := `[{"service":"Arith","id":"a","addr":"127.0.0.1:1","network":"tcp","version":"","weight":1,"metadata":{"zone":"x"}}]`
	slow := `[{"service":"Slow","id":"127.0.0.1:2","addr":"127.0.0.1:2","network":"tcp","version":"","weight":1}]`
	one := send(h, http.MethodGet, "/services/Arith", "", "")
	require.Equal(t, "application/json", one.Header().Get("Content-Type"))
	require.JSONEq(t, arith, one.Body.String())
	require.JSONEq(t, `{"Arith":`+arith+`,"Slow":`+slow+`}`, send(h, http.MethodGet, "/services", "", "").Body.String())
}

func TestTheStoresErrorsHaveAStatusEach(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	fill(t, s, registry.MaxServiceInstances)
	for name, c := range map[string]struct {
		target, body string
		code         int
		want         answer
	}{
		"unknown instance": {"/deregister", "name=Arith&id=a" + leaseField("a"), http.StatusNotFound,
			answer{Error: "not registered: a of Arith"}},
		"full": {"/register", "name=Service0&addr=127.0.0.1:1", http.StatusTooManyRequests,
			answer{Error: "too many instances: Service0 has 10000"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := send(h, http.MethodPost, c.target, asForm, c.body)
			require.Equal(t, c.code, w.Code, w.Body)
			require.Empty(t, cmp.Diff(decoded[answer](t, w), c.want))
		})
	}
}

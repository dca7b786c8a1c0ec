package registry_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

const (
	asForm = "application/x-www-form-urlencoded"
	asJSON = "application/json"
)

// send sends one request straight to the handler.
func send(h http.Handler, method, target, media, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// decoded returns an answer's body as what it must be: JSON.
func decoded[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v), w.Body)
	return v
}

func TestRegisterTakesFormsAndJSONAlike(t *testing.T) {
	full := registry.Instance{Service: "Arith", ID: "a", Addr: "127.0.0.1:1234", Network: "http", Version: "v1", Weight: 7}
	short := registry.Instance{Service: "Arith", ID: "127.0.0.1:1234", Addr: "127.0.0.1:1234", Network: "tcp", Weight: 1}
	drained := short
	drained.Weight = 0
	described := short
	described.Metadata = map[string]string{"zone": "a"}
	zoned := short
	zoned.Metadata = map[string]string{"zone": "a", "Zone": "b"}
	for name, c := range map[string]struct {
		target, media, body string
		want                registry.Instance
	}{
		"every field in JSON": {"/register", asJSON,
			`{"service":"Arith","id":"a","addr":"127.0.0.1:1234","network":"http","version":"v1","weight":7}`, full},
		"every field in a form": {"/register", asForm,
			"service=Arith&id=a&addr=127.0.0.1:1234&network=http&version=v1&weight=7", full},
		"name stands for service":          {"/register", asForm, "name=Arith&addr=127.0.0.1:1234", short},
		"name in JSON":                     {"/register", asJSON, `{"name":"Arith","addr":"127.0.0.1:1234"}`, short},
		"name and service that agree":      {"/register", asForm, "service=Arith&name=Arith&addr=127.0.0.1:1234", short},
		"the same in JSON":                 {"/register", asJSON, `{"service":"Arith","name":"Arith","addr":"127.0.0.1:1234"}`, short},
		"id, network and weight left out":  {"/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1234"}`, short},
		"weight 0 in JSON stays 0":         {"/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1234","weight":0}`, drained},
		"weight 0 in a form stays 0":       {"/register", asForm, "name=Arith&addr=127.0.0.1:1234&weight=0", drained},
		"keys of metadata that differ":     {"/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1234","metadata":{"zone":"a","Zone":"b"}}`, zoned},
		"metadata":                         {"/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1234","metadata":{"zone":"a"}}`, described},
		"JSON with a character set":        {"/register", asJSON + "; charset=utf-8", `{"service":"Arith","addr":"127.0.0.1:1234"}`, short},
		"JSON with white space at its end": {"/register", asJSON, "{\"service\":\"Arith\",\"addr\":\"127.0.0.1:1234\"}\r\n\n", short},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore()
			w := send(registry.Handler(s), http.MethodPost, c.target, c.media, c.body)
			require.Equal(t, http.StatusOK, w.Code, w.Body)
			require.Empty(t, cmp.Diff(decoded[registry.Instance](t, w), c.want), "the answer")
			require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{c.want}), "the list")
		})
	}
}

// listed returns the list in an answer of GET /services/{name}.
func listed(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	return string(decoded[struct{ Instances json.RawMessage }](t, w).Instances)
}

func TestListsAreJSONWithTheseKeys(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	require.Empty(t, cmp.Diff(listed(t, send(h, http.MethodGet, "/services/Arith", "", "")), "[]"), "nobody")
	require.JSONEq(t, `{}`, send(h, http.MethodGet, "/services", "", "").Body.String(), "no service")

	in := instance("Arith", "a", "127.0.0.1:1")
	in.Metadata = map[string]string{"zone": "x"}
	require.NoError(t, put(s, in))
	require.NoError(t, put(s, instance("Slow", "", "127.0.0.1:2")))
	arith := `[{"service":"Arith","id":"a","addr":"127.0.0.1:1","network":"tcp","version":"","weight":1,"metadata":{"zone":"x"}}]`
	slow := `[{"service":"Slow","id":"127.0.0.1:2","addr":"127.0.0.1:2","network":"tcp","version":"","weight":1}]`
	one := send(h, http.MethodGet, "/services/Arith", "", "")
	require.Equal(t, "application/json", one.Header().Get("Content-Type"))
	require.JSONEq(t, arith, listed(t, one))
	require.JSONEq(t, `{"Arith":`+arith+`,"Slow":`+slow+`}`, send(h, http.MethodGet, "/services", "", "").Body.String())
}

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

func TestAStateIsNotChangedByGET(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	send(h, http.MethodGet, "/register?name=Arith&addr=127.0.0.1:1", "", "")
	require.Empty(t, s.Services())
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	send(h, http.MethodGet, "/deregister?name=Arith&id=a"+leaseField("a"), "", "")
	require.Len(t, s.Instances("Arith"), 1)
}

func TestAPageOfAnotherSiteChangesNothing(t *testing.T) {
	for header, value := range map[string]string{"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site"} {
		s := newStore()
		r := httptest.NewRequest(http.MethodPost, "/register", strings.NewReader("name=Arith&addr=127.0.0.1:1"))
		r.Header.Set("Content-Type", asForm)
		r.Header.Set(header, value)
		w := httptest.NewRecorder()
		registry.Handler(s).ServeHTTP(w, r)
		require.Equal(t, http.StatusForbidden, w.Code, header)
		require.Equal(t, answer{Error: "a page of another site may change nothing"}, decoded[answer](t, w))
		require.Empty(t, s.Services(), "trap F8: a form on any web page registers an instance at localhost")
	}
}

func TestAServiceIsLookedUpByAName(t *testing.T) {
	h := registry.Handler(newStore())
	for target, want := range map[string]int{
		"/services/Arith":     http.StatusOK,
		"/services/a%2Fb":     http.StatusBadRequest, // an encoded slash
		"/services/%2e%2e":    http.StatusBadRequest, // an encoded ..
		"/services/a%00b":     http.StatusBadRequest,
		"/services/a/b":       http.StatusNotFound,
		"/services/":          http.StatusNotFound,
		"/services/" + longID: http.StatusBadRequest,
	} {
		w := send(h, http.MethodGet, target, "", "")
		require.Equal(t, want, w.Code, target)
		switch want {
		case http.StatusBadRequest:
			require.Equal(t, "service", decoded[answer](t, w).Field, target)
		case http.StatusNotFound:
			require.Equal(t, answer{Error: fmt.Sprintf("there is no %q here", target)}, decoded[answer](t, w))
		}
	}
}

// answer is what the handler says when it does not do what it was asked.
type answer struct{ Error, Field string }

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

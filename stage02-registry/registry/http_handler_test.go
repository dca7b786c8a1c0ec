package registry_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/internal/logtest"
	"example.com/workshop/stage02-registry/registry"
)

func TestANewcomerReplacesAndTheLogAndTheResponseSayWhom(t *testing.T) {
	var log logtest.Buffer
	s := registry.NewStore(registry.Options{Logger: untimed(&log)})
	h := registry.Handler(s)
	const first = `{"service":"Arith","id":"a","addr":"127.0.0.1:1","network":"tcp","version":"","weight":1}`
	for range 2 {
		w := send(h, http.MethodPost, "/register", asForm, "name=Arith&id=a&addr=127.0.0.1:1")
		require.JSONEq(t, first, w.Body.String())
	}
	require.Empty(t, log.String(), "the same address is no news")
	w := send(h, http.MethodPost, "/register", asForm, "name=Arith&id=a&addr=127.0.0.1:2")
	require.Equal(t, http.StatusOK, w.Code)
	require.JSONEq(t, `{"service":"Arith","id":"a","addr":"127.0.0.1:2","network":"tcp","version":"","weight":1,"replaced":"127.0.0.1:1"}`, w.Body.String())
	require.Equal(t, "level=WARN msg=replaced service=Arith id=a addr=127.0.0.1:2 old=127.0.0.1:1\n", log.String())

	w = send(h, http.MethodPost, "/deregister", asForm, "name=Arith&id=a&addr=127.0.0.1:1")
	require.Equal(t, http.StatusNotFound, w.Code, "another stands there")
	require.Len(t, s.Instances("Arith"), 1)
	w = send(h, http.MethodPost, "/deregister", asForm, "name=Arith&id=a&addr=127.0.0.1:2")
	require.Equal(t, http.StatusOK, w.Code)
	require.Empty(t, s.Services())
}

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

func TestEveryRouteTakesItsOwnMethodAlone(t *testing.T) {
	h := registry.Handler(newStore())
	for _, c := range []struct{ method, target, allow string }{
		{http.MethodGet, "/register?name=Arith&addr=127.0.0.1:1", "POST"},
		{http.MethodPut, "/register?name=Arith&addr=127.0.0.1:1", "POST"},
		{http.MethodGet, "/deregister?name=Arith&id=a", "POST"},
		{http.MethodDelete, "/deregister?name=Arith&id=a", "POST"},
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

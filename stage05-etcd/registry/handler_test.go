package registry_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
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
	for name, c := range map[string]struct {
		target, media, body string
		want                registry.Instance
	}{
		"every field in JSON": {"/register", asJSON,
			`{"service":"Arith","id":"a","addr":"127.0.0.1:1234","network":"http","version":"v1","weight":7}`, full},
		"every field in a form": {"/register", asForm,
			"service=Arith&id=a&addr=127.0.0.1:1234&network=http&version=v1&weight=7", full},
		"the URL's query is a form too":    {"/register?name=Arith&addr=127.0.0.1:1234", "", "", short},
		"name stands for service":          {"/register", asForm, "name=Arith&addr=127.0.0.1:1234", short},
		"service goes before name":         {"/register", asForm, "service=Arith&name=Other&addr=127.0.0.1:1234", short},
		"id, network and weight left out":  {"/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1234"}`, short},
		"weight 0 in JSON stays 0":         {"/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1234","weight":0}`, drained},
		"weight 0 in a form stays 0":       {"/register", asForm, "name=Arith&addr=127.0.0.1:1234&weight=0", drained},
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

func TestDeregisterNeedsOnlyTheIdentity(t *testing.T) {
	for name, c := range map[string]struct{ media, body string }{
		"a form":          {asForm, "name=Arith&id=127.0.0.1:1"},
		"a form, by addr": {asForm, "name=Arith&addr=127.0.0.1:1"},
		"JSON":            {asJSON, `{"service":"Arith","id":"127.0.0.1:1"}`},
		"JSON, by addr":   {asJSON, `{"service":"Arith","addr":"127.0.0.1:1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore()
			require.NoError(t, put(s, instance("Arith", "", "127.0.0.1:1")))
			w := send(registry.Handler(s), http.MethodPost, "/deregister", c.media, c.body)
			require.Equal(t, http.StatusOK, w.Code, w.Body)
			require.Empty(t, s.Services())
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
		{http.MethodPost, "/services", "GET, HEAD"},
		{http.MethodPost, "/services/Arith", "GET, HEAD"},
		{http.MethodDelete, "/services/Arith", "GET, HEAD"},
	} {
		w := send(h, c.method, c.target, "", "")
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, "%s %s", c.method, c.target)
		require.Equal(t, c.allow, w.Header().Get("Allow"), "%s %s", c.method, c.target)
	}
}

func TestAStateIsNotChangedByGET(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	send(h, http.MethodGet, "/register?name=Arith&addr=127.0.0.1:1", "", "")
	require.Empty(t, s.Services())
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	send(h, http.MethodGet, "/deregister?name=Arith&id=a", "", "")
	require.Len(t, s.Instances("Arith"), 1)
}

// answer is what the handler says when it does not do what it was asked.
type answer struct{ Error, Field string }

func TestABadRequestIsRefusedWithTheFieldsName(t *testing.T) {
	const good = `"service":"Arith","addr":"127.0.0.1:1"`
	for name, c := range map[string]struct {
		target, media, body string
		want                answer
	}{
		"nothing":                    {"/register", asForm, "", answer{"missing", "service"}},
		"no service in JSON":         {"/register", asJSON, `{"addr":"127.0.0.1:1"}`, answer{"missing", "service"}},
		"null":                       {"/register", asJSON, `null`, answer{"missing", "service"}},
		"no address":                 {"/register", asForm, "name=Arith&id=a", answer{"missing", "addr"}},
		"no id to deregister":        {"/deregister", asForm, "name=Arith", answer{"missing, and so is addr", "id"}},
		"a bad address":              {"/register", asForm, "name=Arith&addr=localhost", answer{`"localhost" is not host:port`, "addr"}},
		"a slash in the service":     {"/register", asForm, "name=a/b&addr=127.0.0.1:1", answer{`"a/b" has '/': only letters, digits and -_.:[]+ may stand here`, "service"}},
		"an unknown field in a form": {"/register", asForm, "name=Arith&addr=127.0.0.1:1&colour=red", answer{"unknown field", "colour"}},
		"an unknown field in JSON":   {"/register", asJSON, `{` + good + `,"colour":"red"}`, answer{"unknown field", "colour"}},
		"a field without a name":     {"/register", asForm, "=x", answer{"unknown field", "body"}},
		"metadata in a form":         {"/register", asForm, "name=Arith&addr=127.0.0.1:1&metadata=x", answer{"unknown field", "metadata"}},
		"a weight that is no number": {"/register", asForm, "name=Arith&addr=127.0.0.1:1&weight=much", answer{`"much" is not a whole number from 0 to 1000`, "weight"}},
		"an empty weight":            {"/register", asForm, "name=Arith&addr=127.0.0.1:1&weight=", answer{`"" is not a whole number from 0 to 1000`, "weight"}},
		"a weight below zero":        {"/register", asForm, "name=Arith&addr=127.0.0.1:1&weight=-1", answer{"-1 is not between 0 and 1000", "weight"}},
		"a weight too great":         {"/register", asJSON, `{` + good + `,"weight":1001}`, answer{"1001 is not between 0 and 1000", "weight"}},
		"half a weight":              {"/register", asJSON, `{` + good + `,"weight":0.5}`, answer{"wrong type: number 0.5", "weight"}},
		"a weight in quotes":         {"/register", asJSON, `{` + good + `,"weight":"1"}`, answer{"wrong type: string", "weight"}},
		"a list as metadata":         {"/register", asJSON, `{` + good + `,"metadata":[]}`, answer{"wrong type: array", "metadata"}},
		"a list as the body":         {"/register", asJSON, `[]`, answer{"wrong type: array", "body"}},
		"an empty body":              {"/register", asJSON, ``, answer{"missing", "body"}},
		"two JSON objects":           {"/register", asJSON, `{` + good + `}{` + good + `}`, answer{"goes on after the JSON object", "body"}},
		"a brace too many":           {"/register", asJSON, `{` + good + `}}`, answer{"goes on after the JSON object", "body"}},
		"plain text":                 {"/register", "text/plain", `{` + good + `}`, answer{`"text/plain" is neither JSON nor form values`, "Content-Type"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore()
			w := send(registry.Handler(s), http.MethodPost, c.target, c.media, c.body)
			require.Equal(t, http.StatusBadRequest, w.Code, w.Body)
			require.Empty(t, cmp.Diff(decoded[answer](t, w), c.want))
			require.Empty(t, s.Services())
		})
	}
}

func TestWhatCannotBeParsedIsABadBody(t *testing.T) {
	h := registry.Handler(newStore())
	for _, c := range []struct{ target, media, body string }{
		{"/register", asJSON, `{"service":"Ar`},
		{"/register", asJSON, `name=Arith`},
		{"/register", asForm, "name=%zz"},
		{"/register?name=%zz", asForm, ""},
		{"/register", asForm, "name=Arith;addr=127.0.0.1:1"},
		{"/register", ";", ""},
	} {
		w := send(h, http.MethodPost, c.target, c.media, c.body)
		require.Equal(t, http.StatusBadRequest, w.Code, c)
		got := decoded[answer](t, w)
		require.Equal(t, "body", got.Field, c)
		require.NotEmpty(t, got.Error, c)
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
		if want == http.StatusBadRequest {
			require.Equal(t, "service", decoded[answer](t, w).Field, target)
		}
	}
}

var longID = strings.Repeat("x", 129)

func TestWhatIsTooLargeIsRefused(t *testing.T) {
	const limit = 64 << 10
	padded := func(head, tail string, size int) string {
		return head + strings.Repeat(" ", size-len(head)-len(tail)) + tail
	}
	head, tail := `{"service":"Arith",`, `"addr":"127.0.0.1:1"}`
	for name, c := range map[string]struct {
		media, body string
		want        int
	}{
		"JSON at the limit":         {asJSON, padded(head, tail, limit), http.StatusOK},
		"JSON beyond it":            {asJSON, padded(head, tail, limit+1), http.StatusRequestEntityTooLarge},
		"white space beyond it":     {asJSON, padded(head+tail, "\n", limit+1), http.StatusRequestEntityTooLarge},
		"one long string":           {asJSON, `"` + strings.Repeat("x", limit), http.StatusRequestEntityTooLarge},
		"a form beyond the limit":   {asForm, "name=Arith&addr=" + strings.Repeat("x", limit), http.StatusRequestEntityTooLarge},
		"a form of a million pairs": {asForm, strings.Repeat("a=b&", 1<<20), http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			w := send(registry.Handler(newStore()), http.MethodPost, "/register", c.media, c.body)
			require.Equal(t, c.want, w.Code, w.Body)
			if c.want != http.StatusOK {
				require.Empty(t, cmp.Diff(decoded[answer](t, w), answer{Error: "the body exceeds 65536 bytes"}))
			}
		})
	}
}

func TestTheStoresErrorsHaveAStatusEach(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	fill(t, s, registry.MaxServiceInstances)
	taken := s.Instances("Service0")[0].ID
	for name, c := range map[string]struct {
		target, body string
		code         int
		want         answer
	}{
		"unknown instance": {"/deregister", "name=Arith&id=a", http.StatusNotFound,
			answer{Error: "not registered: a of Arith"}},
		"id of another": {"/register", "name=Service0&addr=127.0.0.1:1&id=" + taken, http.StatusConflict,
			answer{Error: "id is taken: " + taken + " of Service0 is " + taken}},
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

package registry_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/registry"
)

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
		"no service to deregister":   {"/deregister", asForm, "id=a", answer{"missing", "service"}},
		"no id to deregister":        {"/deregister", asForm, "name=Arith", answer{"missing, and so is addr", "id"}},
		"another name in a form":     {"/register", asForm, "service=Arith&name=Other&addr=127.0.0.1:1", answer{`"Other" is not the service, which is "Arith"`, "name"}},
		"another name in JSON":       {"/deregister", asJSON, `{` + good + `,"name":"Other"}`, answer{`"Other" is not the service, which is "Arith"`, "name"}},
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
		"a key twice in JSON":        {"/register", asJSON, `{` + good + `,"addr":"127.0.0.1:2"}`, answer{"given twice", "addr"}},
		"in another case":            {"/register", asJSON, `{` + good + `,"Addr":"127.0.0.1:2"}`, answer{"given twice", "addr"}},
		"with a letter of old print": {"/register", asJSON, `{` + good + `,"\u017fervice":"Other"}`, answer{"given twice", "service"}},
		"a key twice in metadata":    {"/register", asJSON, `{` + good + `,"metadata":{"zone":"a","zone":"b"}}`, answer{"given twice", "zone"}},
		"a key twice after metadata": {"/register", asJSON, `{"metadata":{"zone":"a"},` + good + `,"service":"Other"}`, answer{"given twice", "service"}},
		"a key twice in a form":      {"/register", asForm, "name=Arith&addr=127.0.0.1:1&addr=127.0.0.1:2", answer{"given twice", "addr"}},
		"the URL for a body":         {"/register?name=Arith&addr=127.0.0.1:1", asForm, "", answer{"the fields of a POST belong in its body", "query"}},
		"some of it in the URL":      {"/register?addr=127.0.0.1:1", asForm, "name=Arith", answer{"the fields of a POST belong in its body", "query"}},
		"no type at all":             {"/register", "", "name=Arith&addr=127.0.0.1:1", answer{`"" is neither JSON nor form values`, "Content-Type"}},
		"two JSON objects":           {"/register", asJSON, `{` + good + `}{` + good + `}`, answer{"goes on after the JSON object", "body"}},
		"a brace too many":           {"/register", asJSON, `{` + good + `}}`, answer{"goes on after the JSON object", "body"}},
		"JSON that is called a form": {"/register", asForm, `{` + good + `}`, answer{"form values, but the body is JSON: want application/json", "Content-Type"}},
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
		{"/register", asForm, "name=Arith;addr=127.0.0.1:1"},
	} {
		w := send(h, http.MethodPost, c.target, c.media, c.body)
		require.Equal(t, http.StatusBadRequest, w.Code, c)
		got := decoded[answer](t, w)
		require.Equal(t, "body", got.Field, c)
		require.NotEmpty(t, got.Error, c)
		require.NotEqual(t, "missing", got.Error, c)
	}
}

func TestALongValueIsCutInTheAnswer(t *testing.T) {
	h, long := registry.Handler(newStore()), strings.Repeat("9", 60_000)
	for _, c := range []struct{ media, body string }{
		{asForm, "name=Arith&addr=127.0.0.1:1&weight=" + long},
		{asForm, "name=Arith&addr=127.0.0.1:1&network=" + long},
		{asForm, "name=Arith&service=" + long},
		{asForm, long + "=1"},
		{asForm, strings.Repeat("9", 20_000) + "=1&" + strings.Repeat("9", 20_000) + "=1"},
		{asJSON, `{"weight":` + long + `}`},
		{asJSON, `{"` + long + `":1}`},
		{asJSON, `{"metadata":{"` + long[:20_000] + `":"","` + long[:20_000] + `":""}}`},
		{asJSON, `{"metadata":{"a":` + long + `}}`},
		{long[:7_000], ""},
	} {
		w := send(h, http.MethodPost, "/register", c.media, c.body)
		require.Equal(t, http.StatusBadRequest, w.Code, "%.100s", c.body)
		require.Less(t, w.Body.Len(), 300, "%.100s", c.body)
	}
	w := send(h, http.MethodGet, "/"+long[:7_000], "", "")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Less(t, w.Body.Len(), 300)
}

func TestABodyThatBreaksOffIsABadBody(t *testing.T) {
	for _, media := range []string{asJSON, asForm} {
		r := httptest.NewRequest(http.MethodPost, "/register", iotest.ErrReader(io.ErrUnexpectedEOF))
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		registry.Handler(newStore()).ServeHTTP(w, r)
		require.Equal(t, http.StatusBadRequest, w.Code, media)
		require.Equal(t, answer{"unexpected EOF", "body"}, decoded[answer](t, w))
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

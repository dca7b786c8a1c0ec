package registry_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/registry"
)

// FuzzHandler sends one request of any kind to a registry that knows one
// instance. Whatever it is, the answer is no 5xx, a refusal says why, and what
// is listed is sound.
//
//	go test -fuzz FuzzHandler -fuzztime 60s ./registry
func FuzzHandler(f *testing.F) {
	const good = `{"service":"Arith","addr":"127.0.0.1:1","weight":2,"metadata":{"zone":"a"}}`
	for _, seed := range [][4]string{
		{"POST", "/register", asForm, "name=Arith&addr=127.0.0.1:1234"},
		{"POST", "/register", asJSON, good},
		{"POST", "/register", asJSON, good + good},
		{"POST", "/register", asJSON, `{"name":"known","service":"known","addr":"127.0.0.1:1","ttl":"2s"}`},
		{"POST", "/register", asJSON, `{"service":"known","id":"a","addr":"127.0.0.1:2"}`},
		{"POST", "/register", asJSON, `{"service":"Arith","addr":"[::1]:1","weight":1e9}`},
		{"POST", "/register?ttl=1s&lease=x", asForm, "name=known&id=a&addr=127.0.0.1:1"},
		{"POST", "/register", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--"},
		{"POST", "/heartbeat", asForm, "name=known&id=a&lease=lease-of-a"},
		{"POST", "/heartbeat", asJSON, `{"service":"known","id":"a","lease":"x","ttl":"1s"}`},
		{"POST", "/deregister", asForm, "name=known&id=a&lease=lease-of-a"},
		{"POST", "/deregister", asJSON, `{"service":"known","id":"b"}`},
		{"POST", "/register", asForm, strings.Repeat("x", 65<<10)},
		{"GET", "/register?name=Arith&addr=127.0.0.1:1", "", ""},
		{"GET", "/leases", "", ""},
		{"GET", "/services", "", ""},
		{"GET", "/services/known", "", ""},
		{"HEAD", "/services/a%2Fb", "", ""},
		{"GET", "/services/%2e%2e/../x?revision=1&wait=30s", "", ""},
		{"CONNECT", "/services", ";", "\x00"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, target, media, body string) {
		r, err := http.NewRequest(method, target, strings.NewReader(body))
		if err != nil {
			return // net/http would not let it in
		}
		r.Header.Set("Content-Type", media)
		s := newStore()
		require.NoError(t, put(s, instance("known", "a", "127.0.0.1:1")))
		before := s.Services()
		w := httptest.NewRecorder()
		registry.Handler(s).ServeHTTP(w, r)

		after := s.Services()
		for service, list := range after {
			require.NotEmpty(t, list)
			for _, in := range list {
				require.Equal(t, service, in.Service)
				require.NoError(t, in.Validate())
				if err := remove(s, service, in.ID); err != nil {
					require.NoError(t, removeRegistered(s, in, w.Body.Bytes()))
				}
			}
		}
		require.Empty(t, s.Services())
		if method != http.MethodPost || w.Code != http.StatusOK {
			require.Empty(t, cmp.Diff(after, before), "changed")
		}
		checkAnswer(t, w)
		if r.URL.Path == "/register" && w.Code == http.StatusOK {
			in := decoded[registry.Instance](t, w)
			require.True(t, slices.ContainsFunc(after[in.Service], func(listed registry.Instance) bool { return cmp.Equal(listed, in) }))
		}
	})
}

// checkAnswer fails unless the answer is one that the API promises.
func checkAnswer(t *testing.T, w *httptest.ResponseRecorder) {
	switch w.Code {
	case http.StatusOK:
		require.True(t, json.Valid(w.Body.Bytes()), w.Body)
	case http.StatusBadRequest:
		got := decoded[answer](t, w)
		require.NotEmpty(t, got.Field)
		require.NotEmpty(t, got.Error)
	case http.StatusTemporaryRedirect:
		// by net/http's router, to a path without dots
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusConflict, http.StatusRequestEntityTooLarge:
		require.NotEmpty(t, decoded[answer](t, w).Error)
	default:
		require.Fail(t, "no status of the API", "%d %s", w.Code, w.Body)
	}
}

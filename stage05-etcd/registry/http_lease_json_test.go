package registry_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestALeaseOverHTTP(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	w := send(h, http.MethodPost, "/register", asForm, "name=Arith&addr=127.0.0.1:1&lease=mine&ttl=10s")
	require.JSONEq(t, `{"service":"Arith","id":"127.0.0.1:1","addr":"127.0.0.1:1","network":"tcp","version":"","weight":1,"lease":"mine","ttl":"10s"}`, w.Body.String())
	for _, c := range []struct {
		target, media, body string
		want                int
	}{
		{"/heartbeat", asForm, "name=Arith&id=127.0.0.1:1&lease=mine", http.StatusOK},
		{"/heartbeat", asForm, "name=Arith&addr=127.0.0.1:1&lease=mine", http.StatusOK},
		{"/heartbeat", asJSON, `{"service":"Arith","id":"127.0.0.1:1","lease":"mine"}`, http.StatusOK},
		{"/heartbeat", asJSON, `{"service":"Arith","id":"127.0.0.1:1","lease":"other"}`, http.StatusNotFound},
		{"/heartbeat", asForm, "name=Arith&id=b&lease=mine", http.StatusNotFound},
		{"/heartbeat", asForm, "name=Other&id=127.0.0.1:1&lease=mine", http.StatusNotFound},
		{"/heartbeat", asForm, "name=Arith&lease=mine", http.StatusBadRequest},
		{"/deregister", asForm, "name=Arith&id=127.0.0.1:1&lease=other", http.StatusNotFound},
	} {
		w := send(h, http.MethodPost, c.target, c.media, c.body)
		require.Equal(t, c.want, w.Code, c)
		if c.want == http.StatusOK {
			require.JSONEq(t, `{"lease":"mine","ttl":"10s"}`, w.Body.String())
		}
	}
	require.Len(t, s.Instances("Arith"), 1)
	w = send(h, http.MethodPost, "/register", asForm, "name=Arith&addr=127.0.0.1:1&lease=mine&weight=7")
	require.Equal(t, http.StatusOK, w.Code, "the lease's holder replaces")
	require.Equal(t, 7, s.Instances("Arith")[0].Weight)
	for name, c := range map[string]struct{ media, body string }{
		"a form":          {asForm, "name=Arith&id=127.0.0.1:1&lease=mine"},
		"a form, by addr": {asForm, "name=Arith&addr=127.0.0.1:1&lease=mine"},
		"JSON":            {asJSON, `{"service":"Arith","id":"127.0.0.1:1","lease":"mine"}`},
		"JSON, by addr":   {asJSON, `{"name":"Arith","addr":"127.0.0.1:1","lease":"mine"}`},
	} {
		s := newStore()
		h := registry.Handler(s)
		send(h, http.MethodPost, "/register", asForm, "name=Arith&addr=127.0.0.1:1&lease=mine")
		w := send(h, http.MethodPost, "/deregister", c.media, c.body)
		require.Equal(t, http.StatusOK, w.Code, name)
		require.Empty(t, s.Services(), name)
	}
}

func TestALeaseMustBeNamed(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	for _, path := range []string{"/heartbeat", "/deregister"} {
		for media, body := range map[string]string{asForm: "name=Arith&id=a", asJSON: `{"service":"Arith","id":"a","lease":""}`} {
			w := send(h, http.MethodPost, path, media, body)
			require.Equal(t, http.StatusBadRequest, w.Code, path)
			require.Empty(t, cmp.Diff(decoded[answer](t, w), answer{"missing", "lease"}))
		}
	}
	require.Len(t, s.Instances("Arith"), 1)
}

func TestAnIDThatIsTakenIsAConflictUntilItsLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sweeping(t, registry.Options{})
		h := registry.Handler(s)
		require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
		time.Sleep(4200 * time.Millisecond)
		for _, body := range []string{"name=Arith&id=a&addr=127.0.0.1:2", "name=Arith&id=a&addr=127.0.0.1:1", "name=Arith&id=a&addr=127.0.0.1:1&lease=other"} {
			w := send(h, http.MethodPost, "/register", asForm, body)
			require.Equal(t, http.StatusConflict, w.Code, body)
			require.Equal(t, "11", w.Header().Get("Retry-After"))
			require.Empty(t, cmp.Diff(decoded[answer](t, w), answer{Error: "id is taken: a of Arith is 127.0.0.1:1 for another 11 s"}))
		}
		time.Sleep(11 * time.Second)
		w := send(h, http.MethodPost, "/register", asForm, "name=Arith&id=a&addr=127.0.0.1:2")
		require.Equal(t, http.StatusOK, w.Code)
	})
}

func TestABadLeaseIsRefusedWithTheFieldsName(t *testing.T) {
	h := registry.Handler(newStore())
	for body, want := range map[string]answer{
		"ttl=soon":        {`"soon" is not a duration of 1s or more`, "ttl"},
		"ttl=15":          {`"15" is not a duration of 1s or more`, "ttl"},
		"ttl=999ms":       {`"999ms" is not a duration of 1s or more`, "ttl"},
		"ttl=-15s":        {`"-15s" is not a duration of 1s or more`, "ttl"},
		"ttl=0":           {`"0" is not a duration of 1s or more`, "ttl"},
		"ttl=" + longID:   {`"` + longID[:64] + `" is not a duration of 1s or more`, "ttl"},
		"lease=a/b":       {`"a/b" has '/': only letters, digits and -_.:[]+ may stand here`, "lease"},
		"lease=" + longID: {"longer than 128 bytes", "lease"},
	} {
		w := send(h, http.MethodPost, "/register", asForm, "name=Arith&addr=127.0.0.1:1&"+body)
		require.Equal(t, http.StatusBadRequest, w.Code, body)
		require.Empty(t, cmp.Diff(decoded[answer](t, w), want))
	}
	w := send(h, http.MethodPost, "/deregister", asForm, "lease=a&name="+strings.Repeat("x", 30_000)+"&id="+strings.Repeat("x", 30_000))
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Less(t, w.Body.Len(), 500)
	w = send(h, http.MethodPost, "/register", asJSON, `{"service":"Arith","addr":"127.0.0.1:1","ttl":15}`)
	require.Empty(t, cmp.Diff(decoded[answer](t, w), answer{"wrong type: number", "ttl"}))
}

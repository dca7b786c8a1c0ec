package registry_test

import (
	"net/http"
	"testing"

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

func TestAStateIsNotChangedByGET(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	send(h, http.MethodGet, "/register?name=Arith&addr=127.0.0.1:1", "", "")
	require.Empty(t, s.Services())
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	send(h, http.MethodGet, "/deregister?name=Arith&id=a"+leaseField("a"), "", "")
	require.Len(t, s.Instances("Arith"), 1)
}

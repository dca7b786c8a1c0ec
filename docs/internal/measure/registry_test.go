package measure_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/measure"
)

func answering(t *testing.T, status int, body string) measure.Registry {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.EscapedPath() != "/services/a%20b" {
			status = http.StatusTeapot
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return measure.Registry{URL: server.URL, Client: server.Client()}
}

func TestListUnderstandsEveryStagesAnswer(t *testing.T) {
	want := []measure.Instance{{ID: "one", Addr: "127.0.0.1:1"}, {ID: "two", Addr: "127.0.0.1:2"}}
	list := `[{"id":"one","addr":"127.0.0.1:1","weight":1},{"id":"two","addr":"127.0.0.1:2","metadata":{"a":"b"}}]`
	for _, body := range []string{list, " \n" + list, `{"revision":7,"instances":` + list + `}`} {
		got, err := answering(t, http.StatusOK, body).List(t.Context(), "a b")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(got, want))
	}
}

func TestListTellsAnEmptyListFromNoAnswer(t *testing.T) {
	for _, body := range []string{`[]`, `{"revision":7,"instances":[]}`} {
		got, err := answering(t, http.StatusOK, body).List(t.Context(), "a b")
		require.NoError(t, err)
		require.Empty(t, got)
	}
	for _, body := range []string{``, `null`, `{}`, `[1]`, `{"instances":7}`, `<html>`} {
		_, err := answering(t, http.StatusOK, body).List(t.Context(), "a b")
		require.ErrorContains(t, err, "lists a b", body)
	}
}

func TestListPassesOnTheRegistrysRefusal(t *testing.T) {
	_, err := answering(t, http.StatusNotFound, "").List(t.Context(), "a b")
	require.ErrorIs(t, err, measure.ErrUnknown)
	_, err = answering(t, http.StatusInternalServerError, "").List(t.Context(), "a b")
	require.ErrorContains(t, err, "500")
}

func TestListSaysWhichRegistryIsAway(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := measure.Registry{URL: server.URL}.List(t.Context(), "Arith")
	require.ErrorContains(t, err, server.URL)
}

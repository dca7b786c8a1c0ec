package measure_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/measure"
)

// node is a node's gateway that answers one path.
func node(t *testing.T, path string, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != path {
			status = http.StatusTeapot
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// entries is what etcd answers: values in base64, and no list when it is empty.
func entries(t *testing.T, values ...string) string {
	t.Helper()
	type kv struct {
		Value []byte `json:"value"`
	}
	var kvs []kv
	for _, value := range values {
		kvs = append(kvs, kv{[]byte(value)})
	}
	body, err := json.Marshal(map[string]any{"header": map[string]string{"revision": "2"}, "kvs": kvs, "count": fmt.Sprint(len(kvs))})
	require.NoError(t, err)
	return string(body)
}

const ranges = "/v3/kv/range"

func TestEtcdIsAskedForTheServiceAndNotItsNeighbours(t *testing.T) {
	var asked struct {
		Key []byte
		End []byte `json:"range_end"`
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&asked)
		_, _ = io.WriteString(w, entries(t))
	}))
	t.Cleanup(server.Close)
	list, err := (&measure.Etcd{Endpoints: []string{strings.TrimPrefix(server.URL, "http://")}}).List(t.Context(), "Arith")
	require.NoError(t, err)
	require.Empty(t, list)
	require.Equal(t, "/services/Arith/", string(asked.Key))
	require.Equal(t, "/services/Arith0", string(asked.End), "the first key after all that begin so")
}

func TestTheFirstNodeOfEtcdThatAnswersCounts(t *testing.T) {
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	gone := strings.TrimPrefix(down.URL, "http://")
	noLeader := node(t, ranges, http.StatusServiceUnavailable, `{"code":14}`)
	good := node(t, ranges, http.StatusOK, entries(t, `{"id":"A","addr":"127.0.0.1:1","weight":1}`, `{"id":"B","addr":"127.0.0.1:2"}`))

	list, err := (&measure.Etcd{Endpoints: []string{gone, noLeader, good}}).List(t.Context(), "Arith")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]measure.Instance{{ID: "A", Addr: "127.0.0.1:1"}, {ID: "B", Addr: "127.0.0.1:2"}}, list))

	asked := 0
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(silent.Close)
	e := &measure.Etcd{Endpoints: []string{strings.TrimPrefix(silent.URL, "http://"), good}}
	for range 3 {
		_, err := e.List(t.Context(), "Arith")
		require.NoError(t, err)
	}
	require.Equal(t, 1, asked, "who answered last is asked first")

	_, err = (&measure.Etcd{Endpoints: []string{gone, noLeader}}).List(t.Context(), "Arith")
	require.ErrorContains(t, err, gone)
	require.ErrorContains(t, err, noLeader+": 503")
}

func TestWhatEtcdCannotMeanIsAnError(t *testing.T) {
	for _, body := range []string{"", "<html>", entries(t, "not JSON")} {
		_, err := (&measure.Etcd{Endpoints: []string{node(t, ranges, http.StatusOK, body)}}).List(t.Context(), "Arith")
		require.ErrorContains(t, err, "etcd", body)
	}
}

func TestANodeLeadsIfItSaysSo(t *testing.T) {
	for body, want := range map[string]bool{
		`{"header":{"member_id":"7"},"leader":"7"}`: true,
		`{"header":{"member_id":"7"},"leader":"8"}`: false,
		`{"header":{"member_id":"7"}}`:              false,
		`{}`:                                        false,
	} {
		leads, err := new(measure.Etcd).Leads(t.Context(), node(t, "/v3/maintenance/status", http.StatusOK, body))
		require.NoError(t, err)
		require.Equal(t, want, leads, body)
	}
	_, err := new(measure.Etcd).Leads(t.Context(), node(t, "/v3/maintenance/status", http.StatusInternalServerError, ""))
	require.ErrorContains(t, err, "500")
}

package measure_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/measure"
)

func TestTheLeasesOfAServiceAreReadAndNoOthers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/leases", r.URL.Path)
		_, _ = io.WriteString(w, `[{"service":"Arith","id":"A","addr":"h:1","ttl":"5s","age_ms":1200},
			{"service":"Other","id":"B","addr":"h:2","ttl":"5s","age_ms":0},
			{"service":"Arith","id":"C","addr":"h:3","ttl":"1s","age_ms":1500,"late":true}]`)
	}))
	t.Cleanup(server.Close)
	leases, err := measure.Registry{URL: server.URL}.Leases(t.Context(), "Arith")
	require.NoError(t, err)
	require.Equal(t, []measure.Lease{
		{ID: "A", Addr: "h:1", TTL: 5 * time.Second, Left: 3800 * time.Millisecond},
		{ID: "C", Addr: "h:3", TTL: time.Second, Left: -500 * time.Millisecond},
	}, leases)
}

func TestALeaseThatCannotBeReadIsNamed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `[{"service":"Arith","id":"A","ttl":"soon"}]`)
	}))
	t.Cleanup(server.Close)
	_, err := measure.Registry{URL: server.URL}.Leases(t.Context(), "Arith")
	require.ErrorContains(t, err, server.URL)
	require.ErrorContains(t, err, "the lease of A")
}

func TestEtcdTellsTheLeaseOfEachEntry(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		switch r.URL.Path {
		case "/v3/kv/range":
			_, _ = io.WriteString(w, `{"kvs":[{"value":"eyJpZCI6IkEiLCJhZGRyIjoiaDoxIn0=","lease":"77"},{"value":"eyJpZCI6IkIiLCJhZGRyIjoiaDoyIn0="}]}`)
		case "/v3/lease/timetolive":
			require.JSONEq(t, `{"ID":"77"}`, string(asked))
			_, _ = io.WriteString(w, `{"ID":"77","TTL":"4","grantedTTL":"5"}`)
		default:
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	t.Cleanup(server.Close)
	leases, err := (&measure.Etcd{Endpoints: []string{strings.TrimPrefix(server.URL, "http://")}}).Leases(t.Context(), "Arith")
	require.NoError(t, err)
	require.Equal(t, []measure.Lease{{ID: "A", Addr: "h:1", TTL: 5 * time.Second, Left: 4 * time.Second}}, leases, "B has none")
}

package registry_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestAStateIsNotChangedByGET(t *testing.T) {
	s := newStore()
	h := registry.Handler(s)
	send(h, http.MethodGet, "/register?name=Arith&addr=127.0.0.1:1", "", "")
	require.Empty(t, s.Services())
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	send(h, http.MethodGet, "/deregister?name=Arith&id=a"+leaseField("a"), "", "")
	require.Len(t, s.Instances("Arith"), 1)
}

package registry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage02-registry/registry"
)

func TestNobodyIsAnEmptyListAndNotNil(t *testing.T) {
	s := newStore()
	require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{}), "JSON makes null of nil")
	require.Empty(t, cmp.Diff(s.Services(), map[string][]registry.Instance{}))
}

func TestListsAreTheCallersOwn(t *testing.T) {
	s := newStore()
	in := instance("Arith", "a", "127.0.0.1:1")
	in.Metadata = map[string]string{"zone": "a"}
	require.NoError(t, put(s, in))
	in.Metadata["zone"] = "changed after Put"

	list, all := s.Instances("Arith"), s.Services()
	for _, got := range [][]registry.Instance{list, all["Arith"]} {
		got[0].Weight = 999
		got[0].Metadata["zone"] = "changed in a list"
	}
	delete(all, "Arith")

	want := instance("Arith", "a", "127.0.0.1:1")
	want.Metadata = map[string]string{"zone": "a"}
	require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{want}))
	require.Empty(t, cmp.Diff(s.Services(), map[string][]registry.Instance{"Arith": {want}}))
}

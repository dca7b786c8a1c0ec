package registry_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

func TestTwoInstancesOfOneServiceStandBesideEachOther(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "b", "127.0.0.1:2")))
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	want := []registry.Instance{instance("Arith", "a", "127.0.0.1:1"), instance("Arith", "b", "127.0.0.1:2")}
	require.Empty(t, cmp.Diff(s.Instances("Arith"), want), "sorted by id")
}

func TestOneIDInTwoServicesIsTwoInstances(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	require.NoError(t, put(s, instance("Slow", "a", "127.0.0.1:2")))
	want := map[string][]registry.Instance{
		"Arith": {instance("Arith", "a", "127.0.0.1:1")},
		"Slow":  {instance("Slow", "a", "127.0.0.1:2")},
	}
	require.Empty(t, cmp.Diff(s.Services(), want))
}

func TestAnInstanceReplacesItself(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	newer := instance("Arith", "a", "127.0.0.1:1")
	newer.Version, newer.Weight = "v2", 5
	require.NoError(t, put(s, newer))
	require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{newer}))
}

func TestABadInstanceIsNotStored(t *testing.T) {
	s := newStore()
	err := put(s, instance("Arith", "a", "127.0.0.1:0"))
	require.ErrorAs(t, err, new(*registry.FieldError))
	require.Empty(t, s.Services())
}

func TestDeleteRemovesOneInstanceAndTheLastOneItsService(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	require.NoError(t, put(s, instance("Arith", "b", "127.0.0.1:2")))
	require.NoError(t, remove(s, "Arith", "a"))
	require.Empty(t, cmp.Diff(s.Instances("Arith"), []registry.Instance{instance("Arith", "b", "127.0.0.1:2")}))
	require.NoError(t, remove(s, "Arith", "b"))
	require.Empty(t, cmp.Diff(s.Services(), map[string][]registry.Instance{}))
}

func TestDeleteOfAnUnknownInstanceSaysSo(t *testing.T) {
	s := newStore()
	require.NoError(t, put(s, instance("Arith", "a", "127.0.0.1:1")))
	for _, c := range []struct{ service, id, text string }{
		{"Arith", "b", "not registered: b of Arith"},
		{"Slow", "a", "not registered: a of Slow"},
	} {
		err := remove(s, c.service, c.id)
		require.ErrorIs(t, err, registry.ErrNotFound)
		require.EqualError(t, err, c.text)
	}
	require.Len(t, s.Instances("Arith"), 1)
}

func TestManyGoroutinesMayUseAStore(t *testing.T) {
	s := newStore()
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 50 {
				in := instance("Arith", fmt.Sprintf("%d-%d", g, i), "127.0.0.1:1")
				in.Metadata = map[string]string{"zone": "a"}
				if err := put(s, in); err != nil {
					t.Error(err)
				}
				for _, in := range s.Instances("Arith") {
					in.Metadata["zone"] = in.ID
				}
				s.Services()
				if i%2 == 0 {
					if err := remove(s, "Arith", in.ID); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	require.Len(t, s.Instances("Arith"), 8*25)
}

package registry_test

import (
	"fmt"
	"net/http"
	"testing"

	"example.com/workshop/stage02-registry/registry"
)

// sizes are how many instances of one service the store holds.
var sizes = []int{10, 1_000, 10_000}

// filled runs f for a store of each size.
func filled(b *testing.B, f func(*testing.B, *registry.Store)) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := newStore()
			fill(b, s, n)
			b.ReportAllocs()
			f(b, s)
		})
	}
}

func BenchmarkPut(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		in := s.Instances("Service0")[0]
		for b.Loop() {
			put(s, in)
		}
	})
}

func BenchmarkInstances(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		for b.Loop() {
			s.Instances("Service0")
		}
	})
}

// The same through the handler, as a request finds it behind net/http.

func BenchmarkRegisterHandler(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		addr := s.Instances("Service0")[0].Addr
		h, body := registry.Handler(s), "name=Service0&addr="+addr+leaseField(addr)
		for b.Loop() {
			if w := send(h, http.MethodPost, "/register", asForm, body); w.Code != http.StatusOK {
				b.Fatal(w.Body)
			}
		}
	})
}

func BenchmarkListHandler(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		h := registry.Handler(s)
		for b.Loop() {
			send(h, http.MethodGet, "/services/Service0", "", "")
		}
	})
}

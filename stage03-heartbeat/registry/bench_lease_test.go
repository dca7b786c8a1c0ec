package registry_test

import (
	"net/http"
	"testing"
	"time"

	"example.com/workshop/stage03-heartbeat/registry"
)

func BenchmarkBeat(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		id := s.Instances("Service0")[0].ID
		for b.Loop() {
			beat(s, "Service0", id)
		}
	})
}

func BenchmarkHeartbeatHandler(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		id := s.Instances("Service0")[0].ID
		h, body := registry.Handler(s), "name=Service0&id="+id+leaseField(id)
		for b.Loop() {
			if w := send(h, http.MethodPost, "/heartbeat", asForm, body); w.Code != http.StatusOK {
				b.Fatal(w.Body)
			}
		}
	})
}

// BenchmarkSweep sweeps a store that is as full as it may be, in which no
// lease has run out.
func BenchmarkSweep(b *testing.B) {
	s := registry.NewStore(registry.Options{TTL: time.Hour})
	fill(b, s, registry.MaxInstances)
	b.ReportAllocs()
	for b.Loop() {
		s.Sweep()
	}
}

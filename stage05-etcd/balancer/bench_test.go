package balancer_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

// benched is a balancer that knows 100 instances of three weights, as it is in
// the middle of a run: each instance has answered and has a call in flight.
func benched(b *testing.B, name string) balancer.Balancer {
	bal, err := balancer.New(name)
	if err != nil {
		b.Fatal(err)
	}
	var list []registry.Instance
	for i := range 100 {
		list = append(list, registry.Instance{
			ID: fmt.Sprintf("10.0.0.%d:1234", i), Addr: fmt.Sprintf("10.0.0.%d:1234", i), Weight: 1 + i%3,
		})
	}
	for _, in := range list {
		bal.Update([]registry.Instance{in})
	}
	bal.Update(list)
	for i := range 300 {
		_, done, err := bal.Pick(balancer.Info{})
		if err != nil {
			b.Fatal(err)
		}
		if i%3 != 0 {
			done(balancer.DoneInfo{Latency: time.Millisecond})
		}
	}
	return bal
}

func BenchmarkPick(b *testing.B) {
	for _, name := range balancer.Names() {
		b.Run(name, func(b *testing.B) {
			bal := benched(b, name)
			b.ReportAllocs()
			for b.Loop() {
				bal.Pick(balancer.Info{Key: "user-1234567"})
			}
		})
	}
}

// BenchmarkUpdate changes one instance of 1,000.
func BenchmarkUpdate(b *testing.B) {
	for _, name := range balancer.Names() {
		b.Run(name, func(b *testing.B) {
			bal, err := balancer.New(name)
			if err != nil {
				b.Fatal(err)
			}
			instances := many(1000)
			bal.Update(instances)
			for b.Loop() {
				instances[500].Weight ^= 1
				bal.Update(instances)
			}
		})
	}
}

func BenchmarkPickDone(b *testing.B) {
	for _, name := range balancer.Names() {
		b.Run(name, func(b *testing.B) {
			bal := benched(b, name)
			b.ReportAllocs()
			for b.Loop() {
				_, done, _ := bal.Pick(balancer.Info{Key: "user-1234567"})
				done(balancer.DoneInfo{Latency: time.Millisecond})
			}
		})
	}
}

func BenchmarkPickDoneParallel(b *testing.B) {
	for _, name := range balancer.Names() {
		b.Run(name, func(b *testing.B) {
			bal := benched(b, name)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_, done, _ := bal.Pick(balancer.Info{Key: "user-1234567"})
					done(balancer.DoneInfo{Latency: time.Millisecond})
				}
			})
		})
	}
}

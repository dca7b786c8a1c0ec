package balancer_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
)

// benched is a balancer that knows n instances of three weights, as it is in the
// middle of a run: each instance has answered and has a call in flight.
func benched(b *testing.B, name string, n int) balancer.Balancer {
	bal, err := balancer.New(name)
	if err != nil {
		b.Fatal(err)
	}
	instances := many(n)
	for i := range instances {
		instances[i].Weight = 1 + i%3
	}
	bal.Update(instances)
	for i, in := range instances {
		others := func(id string) bool { return id != in.ID }
		for range 2 {
			_, done, err := bal.Pick(balancer.Info{Skip: others})
			if err != nil {
				b.Fatal(err)
			}
			if i++; i%2 == 0 {
				done(balancer.DoneInfo{Latency: time.Millisecond})
			}
		}
	}
	return bal
}

// BenchmarkPick makes whole calls, from Pick to done, one after the other.
func BenchmarkPick(b *testing.B) {
	for _, name := range balancer.Names() {
		for _, n := range []int{3, 10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				bal := benched(b, name, n)
				for b.Loop() {
					_, done, _ := bal.Pick(balancer.Info{Key: "user-1234567"})
					done(balancer.DoneInfo{Latency: time.Millisecond})
				}
			})
		}
	}
}

// BenchmarkPickInParallel makes them in as many goroutines as there are processors.
func BenchmarkPickInParallel(b *testing.B) {
	for _, name := range balancer.Names() {
		for _, n := range []int{3, 10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				bal := benched(b, name, n)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						_, done, _ := bal.Pick(balancer.Info{Key: "user-1234567"})
						done(balancer.DoneInfo{Latency: time.Millisecond})
					}
				})
			})
		}
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

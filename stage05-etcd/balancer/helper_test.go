package balancer_test

import (
	"errors"
	"fmt"
	"testing"

	"example.com/workshop/stage05-etcd/balancer"
	"example.com/workshop/stage05-etcd/registry"
)

var errDown = errors.New("connection refused")

// list returns instances of weight 1.
func list(ids ...string) []registry.Instance {
	var instances []registry.Instance
	for _, id := range ids {
		instances = append(instances, instance(id, 1))
	}
	return instances
}

func instance(id string, weight int) registry.Instance {
	return registry.Instance{Service: "Arith", ID: id, Addr: id + ":1234", Network: "tcp", Weight: weight}
}

// many returns n instances of weight 1, of which no ID is a prefix of another.
func many(n int) []registry.Instance {
	var instances []registry.Instance
	for i := range n {
		instances = append(instances, instance(fmt.Sprintf("s%03d", i), 1))
	}
	return instances
}

// skip returns an Info.Skip for the IDs.
func skip(ids ...string) func(string) bool {
	return func(id string) bool {
		for _, s := range ids {
			if s == id {
				return true
			}
		}
		return false
	}
}

// begin picks an instance and leaves its call in flight.
func begin(t testing.TB, b balancer.Balancer) (id string, done func(balancer.DoneInfo)) {
	t.Helper()
	in, done, err := b.Pick(balancer.Info{})
	if err != nil { // require costs more than a pick, and this runs often
		t.Fatal(err)
	}
	return in.ID, done
}

// call picks an instance for a call that ends at once.
func call(t testing.TB, b balancer.Balancer) string {
	t.Helper()
	id, done := begin(t, b)
	done(balancer.DoneInfo{})
	return id
}

// shares makes n calls that end at once, each with its own key, and counts them by instance.
func shares(t testing.TB, b balancer.Balancer, n int) map[string]int {
	t.Helper()
	count := make(map[string]int)
	for i := range n {
		in, done, err := b.Pick(balancer.Info{Key: fmt.Sprint("key-", i)})
		if err != nil {
			t.Fatal(err)
		}
		done(balancer.DoneInfo{})
		count[in.ID]++
	}
	return count
}

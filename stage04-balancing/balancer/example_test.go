package balancer_test

import (
	"fmt"
	"slices"
	"time"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
)

// One call, from the choice of its instance to what the balancer learns from it.
func Example() {
	b, err := balancer.New(balancer.Default)
	if err != nil {
		fmt.Println(err)
		return
	}
	b.Update([]registry.Instance{{ID: "s1", Addr: "10.0.0.1:1234", Weight: 1}})

	in, done, err := b.Pick(balancer.Info{})
	if err != nil {
		fmt.Println(err)
		return
	}
	start := time.Now()
	fmt.Println("calling", in.Addr)
	done(balancer.DoneInfo{Err: nil, Latency: time.Since(start)})

	b.Update(nil)
	_, _, err = b.Pick(balancer.Info{})
	fmt.Println(err)
	// Output:
	// calling 10.0.0.1:1234
	// no instances
}

// A call that failed is tried again on another instance.
func ExampleInfo() {
	b := new(balancer.RoundRobin)
	b.Update([]registry.Instance{{ID: "s1", Weight: 1}, {ID: "s2", Weight: 1}})

	var tried []string
	for {
		in, done, err := b.Pick(balancer.Info{Skip: func(id string) bool { return slices.Contains(tried, id) }})
		if err != nil {
			fmt.Println("giving up:", err)
			return
		}
		fmt.Println("trying", in.ID)
		done(balancer.DoneInfo{Err: errDown})
		tried = append(tried, in.ID)
	}
	// Output:
	// trying s1
	// trying s2
	// giving up: no instances
}

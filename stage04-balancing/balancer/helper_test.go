package balancer_test

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/balancer"
	"example.com/workshop/stage04-balancing/registry"
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
	if done == nil {
		t.Fatal("Pick returned no done; that of a balancer which learns nothing from calls is ignore")
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
			t.Fatal("Pick returned an error: ", err)
		}
		if done == nil {
			t.Fatal("Pick returned no done; that of a balancer which learns nothing from calls is ignore")
		}
		done(balancer.DoneInfo{})
		count[in.ID]++
	}
	return count
}

// server says how an instance answers: after how long, and with what error. A
// latency of 0 stands for never.
type server func() (time.Duration, error)

func answers(latency time.Duration) server {
	return func() (time.Duration, error) { return latency, nil }
}

func fails() (time.Duration, error)  { return 100 * time.Microsecond, errDown }
func frozen() (time.Duration, error) { return 0, nil }

// deadline is when the callers of a frozen server give up.
const deadline = 200 * time.Millisecond

// drive makes calls at a steady rate and counts them by instance.
func drive(t *testing.T, b balancer.Balancer, rate int, lasting time.Duration, servers map[string]server) map[string]int {
	t.Helper()
	count := make(map[string]int)
	for range int(lasting.Seconds() * float64(rate)) {
		id, done := begin(t, b)
		count[id]++
		latency, err := servers[id]()
		if latency == 0 {
			latency, err = deadline, fmt.Errorf("%s: deadline exceeded", id)
		}
		time.AfterFunc(latency, func() { done(balancer.DoneInfo{Err: err, Latency: latency}) })
		time.Sleep(time.Second / time.Duration(rate))
	}
	return count
}

// herd lets 200 clients keep two calls in flight each on 10 servers, 40 per server
// on average, and returns the most that one server had at once. Each client has
// its own balancer, which sees that client's calls alone.
func herd(t *testing.T, create func() balancer.Balancer) (peak int) {
	t.Helper()
	type flight struct {
		id   string
		done func(balancer.DoneInfo)
	}
	clients := make([]balancer.Balancer, 200)
	flights := make([][2]flight, len(clients))
	load := make(map[string]int)
	start := func(client, slot int) {
		id, done := begin(t, clients[client])
		flights[client][slot] = flight{id, done}
		load[id]++
	}
	for c := range clients {
		clients[c] = create()
		clients[c].Update(many(10))
		start(c, 0)
		start(c, 1)
	}
	for round := range 21 {
		for _, n := range load {
			peak = max(peak, n)
		}
		for c := range clients {
			ended := flights[c][round%2]
			ended.done(balancer.DoneInfo{})
			load[ended.id]--
			start(c, round%2)
		}
	}
	return peak
}

// mostInHerd is a bound on herd's peak for a balancer that goes to any of the idle
// servers, none of them rather than another. A client's two calls are then on two
// different servers, a given server is one of them with a chance of 1/5, and so it
// has Binomial(200, 1/5) calls. By Chernoff they exceed 90 with a probability below
// 1e-13; times 10 servers and 21 looks that is below 1e-10.
const mostInHerd = 90

// keys is how many keys owners looks up.
const keys = 5_000

// owners returns the instance of each of the keys. Hashes are the same in every
// run, so the tests below are free of chance.
func owners(t *testing.T, b *balancer.ConsistentHash, skip func(string) bool) []string {
	t.Helper()
	ids := make([]string, keys)
	for i := range ids {
		in, _, err := b.Pick(balancer.Info{Key: fmt.Sprint("user-", i), Skip: skip})
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = in.ID
	}
	return ids
}

// ring returns a consistent hash of the instances.
func ring(instances []registry.Instance) *balancer.ConsistentHash {
	var b balancer.ConsistentHash
	b.Update(instances)
	return &b
}

// requireAllIdle uses that the next n calls go to n instances, and so on, if all
// of them are idle; b is a LeastConnections, or a PowerOfTwo of two instances. Were
// one of them busier than the others, chance alone would hide it for 40 rounds with
// a probability below 1e-12.
func requireAllIdle(t *testing.T, b balancer.Balancer, all []registry.Instance) {
	t.Helper()
	for range 40 {
		seen := make(map[string]bool)
		for range all {
			id, _ := begin(t, b)
			seen[id] = true
		}
		require.Len(t, seen, len(all))
	}
}

// allocated returns how many bytes are allocated while f runs.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

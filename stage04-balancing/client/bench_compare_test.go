package client_test

import (
	"context"
	"net/rpc"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/arith"
	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
)

// A benchmark runs its contenders one after another, rounds times over, and
// reports for each the median of its ratios to the bare connection of the same
// round: what else the machine does hits them all.
const (
	rounds    = 9
	roundTime = 200 * time.Millisecond
)

// contender is one way to make a call; i numbers the callers.
type contender struct {
	name string
	call func(i int) error
}

func BenchmarkInOneProcess64Callers(b *testing.B) {
	compare(b, 64, inThisProcess(b), true)
}

func BenchmarkInOneProcess1Caller(b *testing.B) {
	compare(b, 1, inThisProcess(b), true)
}

func BenchmarkAcrossTwoProcesses64Callers(b *testing.B) {
	compare(b, 64, startProcess(b), false)
}

func BenchmarkAcrossTwoProcesses1Caller(b *testing.B) {
	compare(b, 1, startProcess(b), false)
}

// BenchmarkAllocations counts what a call allocates on both sides of the wire.
func BenchmarkAllocations(b *testing.B) {
	s := inThisProcess(b)
	contenders := []contender{bare(b, s, 1), balanced(b, s)}
	for b.Loop() {
		for _, c := range contenders {
			require.NoError(b, c.call(0)) // the first connects
			b.ReportMetric(testing.AllocsPerRun(2000, func() { c.call(0) }), c.name+"-allocs/call")
		}
	}
	b.ReportMetric(0, "ns/op")
}

func inThisProcess(b *testing.B) servers {
	s, stop, err := startServers()
	b.Cleanup(stop)
	require.NoError(b, err)
	return s
}

func compare(b *testing.B, callers int, s servers, dialling bool) {
	contenders := []contender{bare(b, s, 1), bare(b, s, 3), balanced(b, s)}
	if dialling {
		contenders = append(contenders, dialPerCall(s), lookupPerCall(b, s))
	}
	contest(b, callers, contenders)
}

// contest reports the calls per second of the first contender, and the ratio of each
// other to it.
func contest(b *testing.B, callers int, contenders []contender) {
	ratios := make([][]float64, len(contenders))
	var calls []float64
	for b.Loop() {
		for range rounds {
			var first float64
			for i, c := range contenders {
				rate := measure(b, callers, c)
				if i == 0 {
					first = rate
					calls = append(calls, rate)
				}
				ratios[i] = append(ratios[i], rate/first)
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(calls), contenders[0].name+"-calls/s")
	for i, c := range contenders[1:] {
		b.ReportMetric(median(ratios[i+1]), c.name+"/"+contenders[0].name)
	}
}

// measure returns calls per second.
func measure(b *testing.B, callers int, c contender) float64 {
	var total atomic.Int64
	var over atomic.Bool
	var wg sync.WaitGroup
	start := time.Now()
	time.AfterFunc(roundTime, func() { over.Store(true) })
	for i := range callers {
		wg.Go(func() {
			n := int64(0)
			for ; !over.Load(); n++ {
				if err := c.call(i); err != nil {
					b.Error(err)
					return
				}
			}
			total.Add(n)
		})
	}
	wg.Wait()
	return float64(total.Load()) / time.Since(start).Seconds()
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// bare is plain net/rpc on both sides, on so many connections.
func bare(b *testing.B, s servers, connections int) contender {
	conns := make([]*rpc.Client, connections)
	for i := range conns {
		conn, err := rpc.Dial("tcp", s.Bare)
		require.NoError(b, err)
		b.Cleanup(func() { conn.Close() })
		conns[i] = conn
	}
	name := "bare"
	if connections > 1 {
		name = "bare-3-connections"
	}
	return contender{name, func(i int) error {
		var product int
		return conns[i%connections].Call("Arith.Multiply", &arith.Args{A: 7, B: 8}, &product)
	}}
}

// balanced is a Client with everything on: a deadline for each call, retries,
// ejection, statistics and the default balancer.
func balanced(b *testing.B, s servers) contender {
	r, err := registry.NewClient(s.Registry, registry.ClientOptions{})
	require.NoError(b, err)
	c, err := client.New(r, "Arith", client.Options{Idempotent: []string{"Arith.Multiply"}})
	require.NoError(b, err)
	b.Cleanup(func() { c.Close(); r.Close() })
	return contender{"client", func(int) error {
		var product int
		return c.Call(context.Background(), "Arith.Multiply", &arith.Args{A: 7, B: 8}, &product)
	}}
}

// dialPerCall connects for every call.
func dialPerCall(s servers) contender {
	return contender{"dial-per-call", func(i int) error { return dialAndCall(s.Ours[i%len(s.Ours)]) }}
}

// lookupPerCall asks the registry and connects for every call.
func lookupPerCall(b *testing.B, s servers) contender {
	r, err := registry.NewClient(s.Registry, registry.ClientOptions{})
	require.NoError(b, err)
	b.Cleanup(r.Close)
	return contender{"lookup-and-dial-per-call", func(i int) error {
		list, err := r.Instances(context.Background(), "Arith")
		if err != nil {
			return err
		}
		return dialAndCall(list[i%len(list)].Addr)
	}}
}

func dialAndCall(addr string) error {
	conn, err := rpc.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	var product int
	return conn.Call("Arith.Multiply", &arith.Args{A: 7, B: 8}, &product)
}

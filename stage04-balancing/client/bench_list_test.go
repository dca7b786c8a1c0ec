package client_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
	"example.com/workshop/stage04-balancing/registry"
)

// lists is a Discovery and Watcher that gives out the lists which it is sent. Its reader
// has taken one over when it asks for the next.
type lists struct {
	asks chan struct{}
	next chan registry.Snapshot
}

func (l lists) Watch(context.Context, string) (registry.Watcher, error) { return l, nil }
func (l lists) Close() error                                            { return nil }

func (l lists) Next(ctx context.Context) (registry.Snapshot, error) {
	select {
	case l.asks <- struct{}{}:
	case <-ctx.Done():
		return registry.Snapshot{}, ctx.Err()
	}
	select {
	case snap := <-l.next:
		return snap, nil
	case <-ctx.Done():
		return registry.Snapshot{}, ctx.Err()
	}
}

// BenchmarkAllChange has a client take over a list of which everything has changed, and
// reports for how long it kept the lock from others meanwhile.
func BenchmarkAllChange(b *testing.B) {
	changes := map[string]func(in *registry.Instance, round int){
		"weights":   func(in *registry.Instance, round int) { in.Weight = 1 + round%2 },
		"processes": func(in *registry.Instance, round int) { in.Version = fmt.Sprint(round) },
		"addresses": func(in *registry.Instance, round int) { in.Addr = fmt.Sprintf("%s:%d", in.ID, 1+round%2) },
		"instances": func(in *registry.Instance, round int) { in.ID = fmt.Sprintf("%.5s-%d", in.ID, round%2) },
	}
	for what, change := range changes {
		for _, n := range []int{1_000, 50_000} {
			b.Run(fmt.Sprintf("%s/%d", what, n), func(b *testing.B) {
				l := lists{make(chan struct{}), make(chan registry.Snapshot)}
				c, err := client.New(l, "Work", client.Options{Logger: quiet})
				require.NoError(b, err)
				b.Cleanup(func() { c.Close() })
				list := func(round int) registry.Snapshot {
					snap := registry.Snapshot{Service: "Work", Revision: uint64(round)}
					for i := range n {
						id := fmt.Sprintf("%05d", i)
						in := registry.Instance{Service: "Work", ID: id, Addr: id + ":1", Network: "tcp", Weight: 1}
						change(&in, round)
						snap.Instances = append(snap.Instances, in)
					}
					return snap
				}
				<-l.asks
				var locked time.Duration
				for round := range b.N + 1 {
					snap := list(round + 1)
					if round == 1 {
						b.ResetTimer()
					}
					b.StartTimer()
					l.next <- snap
					locked = max(locked, longestWait(c, l.asks))
					b.StopTimer()
				}
				b.ReportMetric(float64(locked.Microseconds())/1000, "ms-locked")
			})
		}
	}
}

// longestWait returns for how long at most the client's lock was not to be had, until done.
func longestWait(c *client.Client, done <-chan struct{}) (longest time.Duration) {
	for {
		select {
		case <-done:
			return longest
		default:
		}
		start := time.Now()
		client.Find(c, "nobody")
		longest = max(longest, time.Since(start))
	}
}

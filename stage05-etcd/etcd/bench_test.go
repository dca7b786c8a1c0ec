package etcd_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// BenchmarkPropagation measures from a put to the snapshot that shows it, and to
// the event of a bare client's watch, in turn: the median since the put was
// sent, and the 99th percentile since it was acknowledged.
func BenchmarkPropagation(b *testing.B) {
	n, opts := sharedNode(b), options()
	client := raw(b, n.Addr())
	a := server("a", "10.0.0.1:1")
	store(b, client, opts, a)
	r := dial(b, n.Addr(), opts)
	ours := watch(b, r)
	shows(b, ours, a)
	bare := raw(b, n.Addr()).Watch(clientv3.WithRequireLeader(b.Context()), "/bare"+opts.Prefix, clientv3.WithPrefix())
	other := opts
	other.Prefix = "/bare" + opts.Prefix
	var took, late, bareTook, bareLate []time.Duration
	seen := make(chan time.Time, 1)
	for b.Loop() {
		a.Weight = 1 + a.Weight%1000
		go func() {
			ours.Next(b.Context())
			seen <- time.Now()
		}()
		sent := time.Now()
		store(b, client, opts, a)
		put, at := time.Now(), <-seen
		took, late = append(took, at.Sub(sent)), append(late, at.Sub(put))
		go func() {
			<-bare
			seen <- time.Now()
		}()
		sent = time.Now()
		store(b, client, other, a)
		put, at = time.Now(), <-seen
		bareTook, bareLate = append(bareTook, at.Sub(sent)), append(bareLate, at.Sub(put))
	}
	b.ReportMetric(percentile(took, 50)/percentile(bareTook, 50), "times-bare")
	b.ReportMetric(percentile(took, 50), "p50-µs")
	b.ReportMetric(percentile(bareTook, 50), "bare-p50-µs")
	b.ReportMetric(percentile(late, 99), "p99-after-ack-µs")
	b.ReportMetric(percentile(bareLate, 99), "bare-p99-after-ack-µs")
}

// BenchmarkInstances registers 1,000 instances from one process and watches
// them; it reports what each costs in goroutines and bytes.
func BenchmarkInstances(b *testing.B) {
	const count = 1000
	n := sharedNode(b)
	for b.Loop() {
		opts := options()
		opts.TTL, opts.Timeout, opts.Verify = 0, 0, 0
		ctx, cancel := context.WithCancel(b.Context())
		r := dial(b, n.Addr(), opts)
		w := watch(b, r)
		shows(b, w)
		goroutines, bytes := usage()
		began := time.Now()
		var working sync.WaitGroup
		for i := range 20 {
			working.Go(func() {
				for j := range count / 20 {
					r.Register(ctx, server(fmt.Sprintf("%d-%d", i, j), "10.0.0.1:1"))
				}
			})
		}
		working.Wait()
		for {
			snap, ok := within(b, w, longest)
			require.True(b, ok)
			if len(snap.Instances) == count {
				break
			}
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms-to-register")
		g, m := usage()
		b.ReportMetric(float64(g-goroutines)/count, "goroutines/instance")
		b.ReportMetric(float64(m-bytes)/count, "heap-B/instance")
		cancel()
	}
}

// usage returns the goroutines and the bytes in use, those of the etcd in this
// process included.
func usage() (int, int64) {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return runtime.NumGoroutine(), int64(stats.HeapAlloc)
}

func percentile(all []time.Duration, p int) float64 {
	slices.Sort(all)
	return float64(all[len(all)*p/100].Microseconds())
}

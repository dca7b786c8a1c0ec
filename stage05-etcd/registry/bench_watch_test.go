package registry_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/registry"
)

// listen serves a store on loopback until the benchmark ends.
func listen(b *testing.B, s *registry.Store) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { registry.Serve(ctx, l, registry.Handler(s)) })
	b.Cleanup(func() {
		stop()
		running.Wait()
	})
	return l.Addr().String()
}

// BenchmarkPropagation measures from a registration being sent to the watcher's
// snapshot. Between two changes it pauses as long as real changes do and the
// watcher's limiter asks for, so it takes 25 ms for each:
//
//	go test -run - -bench Propagation -benchtime 500x ./registry
func BenchmarkPropagation(b *testing.B) {
	addr := listen(b, newStore())
	var clients [2]*registry.Client
	for i := range clients {
		c, err := registry.NewClient("http://"+addr, registry.ClientOptions{Logger: slog.New(slog.DiscardHandler)})
		require.NoError(b, err)
		b.Cleanup(c.Close)
		clients[i] = c
	}
	w, err := clients[0].Watch(b.Context(), "Arith")
	require.NoError(b, err)
	seen := make(chan time.Time)
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			if _, err := w.Next(b.Context()); err != nil {
				return
			}
			seen <- time.Now()
		}
	})
	<-seen
	var times []time.Duration
	for b.Loop() {
		time.Sleep(12 * time.Millisecond)
		start := time.Now()
		r, err := clients[1].Register(b.Context(), instance("Arith", "a", "127.0.0.1:1"))
		require.NoError(b, err)
		times = append(times, (<-seen).Sub(start))
		time.Sleep(12 * time.Millisecond)
		require.NoError(b, r.Deregister(b.Context()))
		<-seen
	}
	require.NoError(b, w.Close())
	reader.Wait()
	slices.Sort(times)
	b.ReportMetric(0, "ns/op") // mostly pauses
	for name, share := range map[string]float64{"p50-µs": 0.5, "p99-µs": 0.99} {
		b.ReportMetric(float64(times[int(share*float64(len(times)-1))].Microseconds()), name)
	}
}

// fetch asks for a service and reads past the answer.
func fetch(rw *bufio.ReadWriter, service string) error {
	fmt.Fprintf(rw, "GET /services/%s HTTP/1.1\r\nHost: x\r\n\r\n", service)
	if err := rw.Flush(); err != nil {
		return err
	}
	resp, err := http.ReadResponse(rw.Reader, nil)
	if err != nil {
		return err
	}
	_, err = rw.Discard(int(resp.ContentLength)) // Body would copy it
	return err
}

// BenchmarkLongList compares the rate of answers with a list to that of empty
// ones, over connections that are kept and do nothing but read. A round is 50
// requests on each of 4 connections.
func BenchmarkLongList(b *testing.B) {
	s := newStore()
	fill(b, s, 1000)
	addr := listen(b, s)
	const conns, requests = 4, 50
	var open [conns]*bufio.ReadWriter
	for i := range open {
		conn, err := net.Dial("tcp", addr)
		require.NoError(b, err)
		b.Cleanup(func() { conn.Close() })
		open[i] = bufio.NewReadWriter(bufio.NewReaderSize(conn, 128<<10), bufio.NewWriter(conn))
	}
	round := func(service string) time.Duration {
		start := time.Now()
		var all sync.WaitGroup
		for _, rw := range open {
			all.Go(func() {
				for range requests {
					if err := fetch(rw, service); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		return time.Since(start)
	}
	var empty, list []time.Duration
	for b.Loop() {
		empty = append(empty, round("Unknown"))
		list = append(list, round("Service0"))
	}
	rate := func(times []time.Duration) float64 {
		slices.Sort(times)
		return conns * requests / times[len(times)/2].Seconds()
	}
	b.ReportMetric(rate(empty), "empty/s")
	b.ReportMetric(rate(list), "list/s")
	b.ReportMetric(rate(list)/rate(empty), "ratio")
}

// BenchmarkChange changes one instance and has the list answered after it,
// which is what a change costs that somebody watches.
func BenchmarkChange(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		h := registry.Handler(s)
		r, err := http.NewRequest(http.MethodGet, "/services/Service0", nil)
		require.NoError(b, err)
		in := s.Instances("Service0")[0]
		for b.Loop() {
			in.Weight ^= 1
			put(s, in)
			h.ServeHTTP(discard{http.Header{}}, r)
		}
	})
}

// BenchmarkReadList has a client read a list, as a watcher does after each change of it.
func BenchmarkReadList(b *testing.B) {
	filled(b, func(b *testing.B, s *registry.Store) {
		list := send(registry.Handler(s), http.MethodGet, "/services/Service0", "", "").Body.String()
		c, err := registry.NewClient("http://"+address, registry.ClientOptions{Transport: text(list)})
		require.NoError(b, err)
		for b.Loop() {
			_, err := c.Instances(b.Context(), "Service0")
			require.NoError(b, err)
		}
	})
}

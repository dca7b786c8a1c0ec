package client_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

// BenchmarkAThousandInstances makes calls on a network in memory while some of a
// thousand instances are dead, and counts how often those are dialled meanwhile.
func BenchmarkAThousandInstances(b *testing.B) {
	for _, dead := range []int{0, 300} {
		b.Run(fmt.Sprintf("%d dead", dead), func(b *testing.B) {
			f, c := startFleet(b, client.Options{})
			f.kill(dead)
			call := func() {
				var got int
				require.NoError(b, c.Call(context.Background(), "Work.Do", 7, &got))
			}
			for range 10_000 { // until everybody has been dialled
				call()
			}
			before := f.dialled()
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
			b.ReportMetric(float64(f.dialled()-before)/b.Elapsed().Seconds(), "dials/s")
		})
	}
}

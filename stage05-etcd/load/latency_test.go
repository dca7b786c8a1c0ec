package load_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/load"
)

// TestLatencyCountsFromWhenACallWasDue with a reader of the reports who holds
// up the sending for half a second: the calls that were due meanwhile are late
// for their callers, however fast the server is.
func TestLatencyCountsFromWhenACallWasDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var second load.Report
		load.Run(t.Context(), load.Options{Rate: 10, For: 2 * time.Second}, func(context.Context) load.Result {
			return load.Result{Server: "host:1"}
		}, func(r load.Report) {
			switch r.Second {
			case 1:
				time.Sleep(500 * time.Millisecond)
			case 2:
				second = r
			}
		})
		require.Equal(t, 10, second.Sent)
		require.Equal(t, 10, second.OK)
		require.Equal(t, 0.0, second.P50)
		require.Equal(t, 500.0, second.P99, "of the call that was due at 1.0 s and sent at 1.5 s")
	})
}

// TestPercentilesAreNearestRank with calls that take 1 ms, 2 ms and so on, so
// that a percentile is its rank.
func TestPercentilesAreNearestRank(t *testing.T) {
	for _, tt := range []struct {
		calls    int
		p50, p99 float64
	}{
		{1, 1, 1},
		{2, 1, 2},
		{3, 2, 3},
		{4, 2, 4},
		{99, 50, 99},
		{100, 50, 99},
		{101, 51, 100},
		{200, 100, 198},
		{1000, 500, 990},
	} {
		t.Run(fmt.Sprint(tt.calls), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seconds, total := run(t, t.Context(), load.Options{Rate: tt.calls, For: time.Second}, func(_ context.Context, n int) load.Result {
					time.Sleep(time.Duration(tt.calls-n) * time.Millisecond) // the slowest first
					return load.Result{}
				})
				require.Equal(t, []float64{tt.p50, tt.p99}, []float64{seconds[0].P50, seconds[0].P99})
				require.Equal(t, []float64{tt.p50, tt.p99}, []float64{total.P50, total.P99})
			})
		})
	}
}

func TestLatenciesAreOfCallsThatWereOKAndRoundedToMicroseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, total := run(t, t.Context(), load.Options{Rate: 10, For: time.Second}, func(_ context.Context, n int) load.Result {
			if n < 8 {
				time.Sleep(time.Minute)
				return load.Result{Err: errors.New("lost")}
			}
			time.Sleep(1234567 * time.Nanosecond)
			return load.Result{}
		})
		require.Equal(t, []float64{1.235, 1.235}, []float64{total.P50, total.P99})
	})
}

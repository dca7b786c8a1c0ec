package load_test

import (
	"context"
	"fmt"
	"math"
	"net/rpc"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage01-rpc/load"
)

// run puts a load on call in virtual time. It returns the reports of the
// seconds and the total, which must be the last report and the only one of its
// kind. call is told the number of the call, from 0.
func run(t *testing.T, ctx context.Context, opts load.Options, call func(ctx context.Context, n int) load.Result) (seconds []load.Report, total load.Report) {
	t.Helper()
	var mu sync.Mutex
	next := 0
	numbered := func(ctx context.Context) load.Result {
		mu.Lock()
		n := next
		next++
		mu.Unlock()
		return call(ctx, n)
	}
	load.Run(ctx, opts, numbered, func(r load.Report) {
		require.False(t, total.Total, "a report after the total: %v", r)
		if r.Total {
			total = r
			return
		}
		require.Equal(t, len(seconds)+1, r.Second)
		seconds = append(seconds, r)
	})
	require.True(t, total.Total, "there is no total")
	return seconds, total
}

// after returns a call that is ok after a time.
func after(d time.Duration) func(context.Context, int) load.Result {
	return func(context.Context, int) load.Result {
		time.Sleep(d)
		return load.Result{Server: "host:1"}
	}
}

// sent picks what was sent from each report.
func sent(reports []load.Report) (sent []int) {
	for _, r := range reports {
		sent = append(sent, r.Sent)
	}
	return sent
}

func TestCallsStartEvenlyAtTheRate(t *testing.T) {
	for _, rate := range []int{1, 3, 7, 200, 1000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var mu sync.Mutex
				var got, want []time.Duration
				seconds, _ := run(t, t.Context(), load.Options{Rate: rate, For: 3 * time.Second}, func(context.Context, int) load.Result {
					mu.Lock()
					defer mu.Unlock()
					got = append(got, time.Since(start))
					return load.Result{}
				})
				for n := range 3 * rate {
					want = append(want, time.Duration(n)*time.Second/time.Duration(rate))
				}
				require.Empty(t, cmp.Diff(got, want))
				require.Equal(t, []int{rate, rate, rate}, sent(seconds))
			})
		})
	}
}

func TestALongLoadKeepsItsSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seconds, total := run(t, t.Context(), load.Options{Rate: 3, For: 20 * time.Minute}, after(0))
		for _, r := range seconds {
			require.Equal(t, 3, r.Sent, "in second %d", r.Second)
		}
		require.Equal(t, 3*20*60, total.Sent)
		require.Equal(t, 1200.0, total.Seconds)
	})
}

func TestPartOfASecondIsASecondOfItsOwn(t *testing.T) {
	for _, tt := range []struct {
		rate int
		last time.Duration
		sent []int
		took float64
	}{
		{10, 2500 * time.Millisecond, []int{10, 10, 5}, 2.5},
		{50, 300 * time.Millisecond, []int{15}, 0.3},
		{3, 1500 * time.Millisecond, []int{3, 2}, 1.5}, // due at 0, 1/3, 2/3, 1 and 4/3
		{10, 1001 * time.Millisecond, []int{10, 1}, 1.001},
		{1, time.Millisecond, []int{1}, 0.001},
		{1, time.Microsecond, []int{1}, 0.001},
	} {
		t.Run(fmt.Sprintf("%d for %v", tt.rate, tt.last), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seconds, total := run(t, t.Context(), load.Options{Rate: tt.rate, For: tt.last}, after(0))
				require.Equal(t, tt.sent, sent(seconds))
				require.Equal(t, tt.took, total.Seconds)
			})
		})
	}
}

func TestReportsComeAsOftenAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reports, total := run(t, t.Context(), load.Options{Rate: 30, For: 250 * time.Millisecond, Every: 100 * time.Millisecond}, after(0))
		require.Equal(t, []int{3, 3, 2}, sent(reports), "due every 33 ms")
		require.Equal(t, 8, total.Sent)
		require.Equal(t, 0.25, total.Seconds)
	})
}

// TestTheSecondsAddUpToTheTotal with calls that end long after their second,
// on several servers, with retries and with errors.
func TestTheSecondsAddUpToTheTotal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seconds, total := run(t, t.Context(), load.Options{Rate: 30, For: 4 * time.Second}, func(_ context.Context, n int) load.Result {
			time.Sleep(time.Duration(n%5) * 700 * time.Millisecond)
			switch n % 6 {
			case 4:
				return load.Result{Retries: 2, Err: context.DeadlineExceeded}
			case 5:
				return load.Result{Err: rpc.ServerError("no")}
			}
			return load.Result{Server: fmt.Sprintf("host:%d", n%3), Retries: n % 2}
		})
		require.Len(t, seconds, 4)
		sum := load.Report{
			Total: true, Seconds: total.Seconds, P50: total.P50, P99: total.P99,
			Servers: map[string]int{}, Errors: map[string]int{},
		}
		for _, r := range seconds {
			sum.Sent += r.Sent
			sum.OK += r.OK
			sum.Failed += r.Failed
			sum.Retried += r.Retried
			for name, n := range r.Servers {
				sum.Servers[name] += n
			}
			for name, n := range r.Errors {
				sum.Errors[name] += n
			}
		}
		require.Empty(t, cmp.Diff(sum, total))
		require.Empty(t, cmp.Diff(total, load.Report{
			Total: true, Seconds: total.Seconds, Sent: 120, OK: 80, Failed: 40, Retried: 80, P50: 1400, P99: 2800,
			Servers: map[string]int{"host:0": 40, "host:1": 20, "host:2": 20},
			Errors:  map[string]int{"timeout": 20, "unreachable": 0, "broken": 0, "refused": 20, "other": 0},
		}))
	})
}

func TestAServerThatIsStuckDoesNotSlowTheSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seconds, total := run(t, t.Context(), load.Options{Rate: 100, For: 5 * time.Second}, after(time.Minute))
		require.Equal(t, []int{100, 100, 100, 100, 100}, sent(seconds))
		for _, r := range seconds[:4] {
			require.Zero(t, r.OK+r.Failed, "no call has ended in second %d", r.Second)
		}
		require.Equal(t, 500, seconds[4].OK, "the last second waits for all of them")
		require.Equal(t, 64.99, total.Seconds)
	})
}

func TestACallCountsAsSentWhenItStartsAndAsOKWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seconds, _ := run(t, t.Context(), load.Options{Rate: 1, For: 3 * time.Second}, after(1500*time.Millisecond))
		var ok []int
		for _, r := range seconds {
			ok = append(ok, r.OK)
		}
		require.Equal(t, []int{1, 1, 1}, sent(seconds))
		require.Equal(t, []int{0, 1, 2}, ok)
	})
}

// TestAnInterruptedLoadReportsWhatItDid when it is stopped at 2.45 s of 10 s.
func TestAnInterruptedLoadReportsWhatItDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2450*time.Millisecond)
		defer cancel()
		seconds, total := run(t, ctx, load.Options{Rate: 10, For: 10 * time.Second}, func(ctx context.Context, _ int) load.Result {
			time.Sleep(time.Second)
			return load.Result{Server: "host:1", Err: ctx.Err()}
		})
		require.Equal(t, []int{10, 10, 5}, sent(seconds))
		require.Equal(t, 25, total.OK, "the calls in progress were cut off")
		require.Equal(t, 3.4, total.Seconds, "until the call of 2.4 s came back")
	})
}

func TestAnInterruptIsHeededBetweenTwoCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2450*time.Millisecond)
		defer cancel()
		_, total := run(t, ctx, load.Options{Rate: 1, For: math.MaxInt64}, after(0))
		require.Equal(t, 3, total.Sent)
		require.Equal(t, 2.45, total.Seconds)
	})
}

func TestALoadThatIsInterruptedBeforeItStartsSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		seconds, total := run(t, ctx, load.Options{Rate: 10, For: time.Hour}, after(0))
		require.Equal(t, []int{0}, sent(seconds))
		require.Zero(t, total.Sent)
	})
}

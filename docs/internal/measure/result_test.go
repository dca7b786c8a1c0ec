package measure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/measure"
)

var began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func at(seconds float64) time.Time {
	return began.Add(time.Duration(seconds * float64(time.Second)))
}

// run makes a run of 10 calls a second, with these failures in its seconds, and
// a fault on server A at 1.5 s.
func run(failed ...int) *measure.Run {
	r := &measure.Run{Load: measure.Load{Rate: 10, For: time.Duration(len(failed)) * time.Second}, Started: began}
	total := measure.Second{Total: true}
	for i, n := range failed {
		r.Add(measure.Second{Number: i + 1, At: at(float64(i + 1)), Counts: measure.Counts{
			Sent: 10, OK: 10 - n, Failed: n, Servers: map[string]int{"a:1": 10 - n},
		}})
		total.Sent, total.OK, total.Failed = total.Sent+10, total.OK+10-n, total.Failed+n
	}
	r.Add(total)
	r.Marks = []measure.Mark{{At: at(1.5), Kind: measure.Fault, Server: "A"}}
	return r
}

func TestRecoveryIsTheFirstSecondAfterWhichNothingFails(t *testing.T) {
	for name, c := range map[string]struct {
		failed []int
		want   string
	}{
		"no failure":              {[]int{0, 0, 0, 0}, "0 s"},
		"one bad second":          {[]int{0, 3, 0, 0}, "0.5 s"},
		"a good second between":   {[]int{0, 3, 0, 1, 0}, "2.5 s"},
		"failing at the end":      {[]int{0, 3, 0, 1}, "never"},
		"failures only before it": {[]int{3, 0, 0, 0}, "0 s"},
		"failing all the time":    {[]int{9, 9, 9, 9}, "never"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(c.failed...).Result()
			require.Equal(t, c.want, got.Recovery.String())
			require.Empty(t, got.Invalid)
		})
	}
}

func TestWithoutAFaultRecoveryCountsFromTheStart(t *testing.T) {
	r := run(0, 2, 0)
	r.Marks = nil
	require.Equal(t, 2*time.Second, r.Result().Recovery.After)
}

func TestEvictionIsWhenTheFaultyServerLeavesTheList(t *testing.T) {
	r := run(0, 0, 0)
	require.Zero(t, r.Result().Eviction)
	r.Marks = append(r.Marks,
		measure.Mark{At: at(2), Kind: measure.Unlisted, Server: "B"},
		measure.Mark{At: at(2.75), Kind: measure.Unlisted, Server: "A"},
		measure.Mark{At: at(3), Kind: measure.Unlisted, Server: "A"})
	require.Equal(t, 1250*time.Millisecond, r.Result().Eviction)
}

func TestARunIsInvalidWhenItProvesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*measure.Run)
		want  string
	}{
		"no total":             {func(r *measure.Run) { r.Total = nil }, "the load report breaks off"},
		"too few calls":        {func(r *measure.Run) { r.Load.Rate = 11 }, "only 30 of 33 calls were sent"},
		"failures not told":    {func(r *measure.Run) { r.Seconds[1].Failed = 0 }, "the seconds add up to 30 sent and 0 failed, the total says 30 and 2"},
		"calls without an end": {func(r *measure.Run) { r.Total.OK-- }, "30 calls sent, but 27 ok and 2 failed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(0, 2, 0)
			require.Empty(t, r.Result().Invalid)
			c.spoil(r)
			require.Equal(t, c.want, r.Result().Invalid)
		})
	}
}

func TestAFewCallsShortOfTheLoadIsStillValid(t *testing.T) {
	r := run(0, 0)
	r.Load = measure.Load{Rate: 21, For: time.Second} // 20 of 21 calls: 95.2 %
	require.Empty(t, r.Result().Invalid)
}

func TestAnsweredAddsUpTheSeconds(t *testing.T) {
	require.Equal(t, map[string]int{"a:1": 28}, run(0, 2, 0).Answered())
}

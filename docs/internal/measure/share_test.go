package measure_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/measure"
)

func TestShareIsTheEndOfTheFirstSecondWithEnoughCalls(t *testing.T) {
	joined := measure.Mark{At: at(0.4), Addr: "c:1"}
	second := func(a, b, c int) map[string]int { return map[string]int{"a:1": a, "b:1": b, "c:1": c} }
	for name, c := range map[string]struct {
		seconds []map[string]int
		part    float64
		want    time.Duration
		never   bool
	}{
		"at once":                   {seconds: []map[string]int{second(34, 33, 33)}, part: 0.5, want: 600 * time.Millisecond},
		"exactly half of its share": {seconds: []map[string]int{second(45, 45, 10), second(42, 41, 17)}, part: 0.5, want: 1600 * time.Millisecond},
		"never enough":              {seconds: []map[string]int{second(45, 45, 10), second(45, 45, 10)}, part: 0.5, never: true},
		"one call is enough":        {seconds: []map[string]int{second(50, 50, 0), second(50, 49, 1)}, want: 1600 * time.Millisecond},
		"the others are silent":     {seconds: []map[string]int{second(51, 0, 49)}, part: 0.5, want: 600 * time.Millisecond},
		"no call at all":            {seconds: []map[string]int{second(100, 0, 0)}, never: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := &measure.Run{Started: began}
			for i, servers := range c.seconds {
				r.Add(measure.Second{Number: i + 1, At: at(float64(i + 1)), Counts: measure.Counts{Sent: 100, OK: 100, Servers: servers}})
			}
			got, ever := r.Share(joined, c.part)
			require.Equal(t, c.want, got)
			require.Equal(t, !c.never, ever)
		})
	}
}

func TestShareDoesNotLookBackBeyondTheMark(t *testing.T) {
	r := run(0, 0, 0) // all calls go to a:1
	got, ever := r.Share(measure.Mark{At: at(2), Addr: "a:1"}, 1)
	require.True(t, ever)
	require.Equal(t, time.Second, got)
}

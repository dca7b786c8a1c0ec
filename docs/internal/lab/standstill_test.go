package lab_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/lab"
)

func TestALabThatStoodStillSaysForHowLong(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 27, 23, 59, 50, 0, time.Local)
	var passed atomic.Int64 // by the clock on the wall
	l := startWith(t, func(opts *lab.Options) {
		opts.Wall = func() time.Time { return began.Add(time.Duration(passed.Load())) }
	}, 3)
	f := watch(t, l)
	calls := f.until(t, "calls", func(f lab.Frame) bool { return f.Sides[0].Client.OK > 0 })
	said := func() (texts []string) {
		for _, text := range f.events {
			if strings.Contains(text, "stood still") {
				texts = append(texts, text)
			}
		}
		return texts
	}
	frames := func(n int) (last lab.Frame) {
		for range n {
			last = f.until(t, "a frame", func(lab.Frame) bool { return true })
		}
		return last
	}
	passed.Add(int64(2 * time.Second)) // a busy machine
	frames(5)
	passed.Add(-int64(time.Hour)) // somebody sets the clock back
	frames(5)
	require.Empty(t, said())

	passed.Add(int64(time.Hour + 90*time.Second + 100*time.Millisecond))
	f.until(t, "a word of it", func(lab.Frame) bool { return len(said()) > 0 })
	last := frames(5)
	require.Equal(t, []string{"the lab stood still for 1h1m30s, from 22:59:52 to 00:01:22: the machine slept, the lab's process was stopped, or somebody set the clock"}, said())
	require.Less(t, last.At-calls.At, 60.0, "the lab's own clock stood still too")
}

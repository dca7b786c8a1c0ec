package lab_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/fakestage"
	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/stages"
)

func TestMain(m *testing.M) {
	fakestage.Main()
	proc.Copier() // for the tests that build stages
	os.Exit(m.Run())
}

const ttl = time.Second

// start runs a lab of fake stages until the test ends.
func start(t *testing.T, numbers ...int) *lab.Lab {
	t.Helper()
	return startWith(t, func(*lab.Options) {}, numbers...)
}

// startWith is start with other options.
func startWith(t *testing.T, change func(*lab.Options), numbers ...int) *lab.Lab {
	t.Helper()
	opts := lab.Options{Root: t.TempDir(), TTL: ttl}
	opts.Build = func(_ context.Context, dir, out string, _ func(time.Duration)) error {
		return fakestage.Install(out, fakestage.Options{Spread: strings.Contains(dir, "stage04")})
	}
	for _, n := range numbers {
		s, err := stages.Find(stages.All(), n)
		require.NoError(t, err)
		opts.Stages = append(opts.Stages, s)
	}
	change(&opts)
	l, err := lab.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// film is what was seen of a lab so far.
type film struct {
	frames <-chan lab.Frame
	events []string // their texts, of all sides
}

func watch(t *testing.T, l *lab.Lab) *film {
	t.Helper()
	frames, leave := l.Frames()
	t.Cleanup(leave)
	return &film{frames: frames}
}

// until returns the first frame for which something holds.
func (f *film) until(t *testing.T, what string, holds func(lab.Frame) bool) lab.Frame {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case frame, ok := <-f.frames:
			require.True(t, ok, "the lab ended before %s", what)
			for _, e := range frame.Events {
				f.events = append(f.events, e.Text)
			}
			if holds(frame) {
				return frame
			}
		case <-deadline:
			require.FailNow(t, "it never came to that: "+what, "%q", f.events)
		}
	}
}

func do(t *testing.T, l *lab.Lab, a lab.Action) {
	t.Helper()
	require.NoError(t, l.Do(t.Context(), a))
}

package exercise_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
)

func TestAWatchChecksAgainWhenAFileWasSaved(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	checks := 0
	err := exercise.Watch(ctx, w, func() error {
		switch checks++; checks {
		case 1: // while it runs, and a file that is no Go besides
			change(t, w, "sum/sum.go", "write me: Sum", "write me: all")
			save(t, filepath.Join(w.Dir, "README.md"), "words")
		case 2:
			time.AfterFunc(10*time.Millisecond, func() { save(t, filepath.Join(w.Dir, "sum", "new.go"), "package sum\n") })
		case 3:
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 3, checks)

	failed := errors.New("no")
	require.ErrorIs(t, exercise.Watch(t.Context(), w, func() error { return failed }), failed)
}

func TestACheckEndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := begun(t, exercise.StartOptions{})
	change(t, w, "sum/sum.go", `panic("write me: Sum")`, "for {\n\t}")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	began := time.Now()
	_, err := exercise.Check(ctx, w, exercise.CheckOptions{Limit: time.Hour})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(began), time.Minute)
}

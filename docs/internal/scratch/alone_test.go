package scratch_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/scratch"
)

func TestAFileIsLockedByOneAtATime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "folder", "lock")
	unlock, err := scratch.Alone(file)
	require.NoError(t, err)
	_, err = scratch.Alone(file)
	require.ErrorIs(t, err, scratch.ErrBusy)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = scratch.AwaitAlone(ctx, file)
	require.ErrorIs(t, err, context.Canceled)

	had := make(chan error, 1)
	go func() {
		unlock, err := scratch.AwaitAlone(t.Context(), file)
		if err == nil {
			unlock()
		}
		had <- err
	}()
	unlock()
	require.NoError(t, <-had)
}

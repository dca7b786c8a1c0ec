package registry

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/logtest"
)

var errAway = errors.New("the registry is away")

func TestNoPauseIsLongerThanMost(t *testing.T) {
	for _, most := range []time.Duration{10 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			for range 30 { // since each pause is a random part of its limit
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				last := time.Now()
				retry(ctx, slog.New(slog.DiscardHandler), most, func(context.Context) (bool, error) {
					require.LessOrEqual(t, time.Since(last), most, "most is the longest pause, the first one included")
					last = time.Now()
					return false, errAway
				})
				cancel()
			}
		})
	}
}

func TestEvenWithAContextThatHasEndedThereIsOneAttempt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	attempts := 0
	last, err := retry(ctx, slog.New(slog.DiscardHandler), maxPause, func(ctx context.Context) (string, error) {
		attempts++
		require.Error(t, ctx.Err(), "do gets the context of retry")
		return "as do returned it", errAway
	})
	require.Equal(t, 1, attempts, "do is called at least once, and not again after ctx has ended")
	require.Equal(t, errAway, err, "what do returned last is returned, not ctx's error")
	require.Equal(t, "as do returned it", last)
}

func TestASuccessIsLoggedWithTheNumberOfFailuresBeforeIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var log logtest.Buffer
		attempts := 0
		_, err := retry(ctx, log.Logger(), maxPause, func(context.Context) (bool, error) {
			if attempts++; attempts <= 3 {
				return false, errAway
			}
			cancel()
			return true, nil
		})
		require.NoError(t, err, "a success is one, whatever ctx says by now")
		require.Contains(t, log.String(), `msg="the registry accepts it now" failures=3`)
	})
}

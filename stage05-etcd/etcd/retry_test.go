package etcd_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/etcd"
	"example.com/workshop/stage05-etcd/internal/logtest"
	"example.com/workshop/stage05-etcd/registry"
)

func TestRetryGoesOnUntilItWorksAndLogsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		var attempts []time.Time
		require.NoError(t, etcd.Retry(t.Context(), log.Logger(), func(context.Context) error {
			attempts = append(attempts, time.Now())
			if len(attempts) <= 20 {
				return errors.New("etcd is away")
			}
			return nil
		}))
		require.Len(t, attempts, 21)
		for i, limit := 1, 50*time.Millisecond; i < len(attempts); i, limit = i+1, min(2*limit, 500*time.Millisecond) {
			require.Less(t, attempts[i].Sub(attempts[i-1]), limit, "the pause after attempt %d", i)
		}
		require.Greater(t, attempts[20].Sub(attempts[0]), time.Second, "the pauses do not grow")
		require.Equal(t, 1, strings.Count(log.String(), "level=WARN"), "%s", &log)
		require.Equal(t, 1, strings.Count(log.String(), "it works again"), "%s", &log)
	})
}

func TestRetryEndsWithItsContextAndTellsTheLastError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		away := errors.New("etcd is away")
		require.ErrorIs(t, etcd.Retry(ctx, logtest.Quiet(), func(context.Context) error { return away }), away)
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
	})
}

func TestRetryLogsWhoHasTheIDThoughEtcdWasAwayBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logtest.Buffer
		attempt := 0
		require.NoError(t, etcd.Retry(t.Context(), log.Logger(), func(context.Context) error {
			attempt++
			return []error{errors.New("away"), errors.New("away"), registry.ErrTaken, errors.New("away"), registry.ErrTaken, nil}[attempt-1]
		}))
		require.Equal(t, 1, strings.Count(log.String(), "err=away"), "%s", &log)
		require.Equal(t, 1, strings.Count(log.String(), `err="id is taken"`), "%s", &log)
	})
}

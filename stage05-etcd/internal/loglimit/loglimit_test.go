package loglimit_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/internal/loglimit"
	"example.com/workshop/stage05-etcd/internal/logtest"
)

func TestLinesBeyondTheLimitAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var buf logtest.Buffer
		log := loglimit.New(buf.Logger())
		for i := range 534 {
			log.With("peer", i).Warn("refused", "err", "of one kind or another")
		}
		log.Info("another message")
		require.Equal(t, 20, strings.Count(buf.String(), "level=WARN msg=refused peer="), buf.String())
		require.Equal(t, 1, strings.Count(buf.String(), "another message"), "each message is counted by itself")

		buf.Reset()
		time.Sleep(11 * time.Second)
		require.Equal(t, 1, strings.Count(buf.String(), "\n"), buf.String())
		require.Contains(t, buf.String(), "level=WARN msg=refused")
		require.Contains(t, buf.String(), "and_more=514")

		buf.Reset()
		for range 20 {
			log.Warn("refused")
		}
		time.Sleep(time.Minute)
		require.Equal(t, 20, strings.Count(buf.String(), "\n"), "nothing was left out: %s", buf.String())
	})
}

func TestALoggersLevelAndGroupsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var buf logtest.Buffer
		loglimit.New(buf.Logger()).WithGroup("wire").Debug("hello", "peer", 1)
		require.Contains(t, buf.String(), "level=DEBUG msg=hello wire.peer=1")
		require.False(t, loglimit.New(logtest.Quiet()).Enabled(t.Context(), 0))
	})
}

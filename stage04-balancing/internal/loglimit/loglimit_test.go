package loglimit_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/internal/loglimit"
	"example.com/workshop/stage04-balancing/internal/logtest"
)

func TestLinesBeyondTheLimitAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var buf logtest.Buffer
		log := loglimit.New(loglimit.New(buf.Logger()))
		for range 2 {
			buf.Reset()
			for i := range 534 {
				log.With("peer", i).Warn("refused", "err", "of one kind or another")
				time.Sleep(18 * time.Millisecond)
			}
			log.Info("another message")
			require.Equal(t, 25, strings.Count(buf.String(), "level=WARN msg=refused peer="), buf.String())
			require.Equal(t, 1, strings.Count(buf.String(), "another message"), "each message is counted by itself")
			for line, peer := range map[int]int{32: 31, 64: 63, 128: 127, 256: 255, 512: 511} {
				require.Contains(t, buf.String(), fmt.Sprintf("peer=%d err=\"of one kind or another\" line=%d\n", peer, line))
			}
			time.Sleep(400 * time.Millisecond) // until there is another interval
		}
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

func TestATextOfMoreThanAKibibyteIsCut(t *testing.T) {
	whole := strings.Repeat("x", 1024)
	require.Equal(t, whole, loglimit.Text(whole))
	require.Equal(t, whole+"… (1025 bytes)", loglimit.Text(whole+"y"))
}

func TestALongTextIsNotCopiedToBeCut(t *testing.T) {
	long := strings.Repeat("x", 20<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.Less(t, len(loglimit.Text(long)), 2000)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

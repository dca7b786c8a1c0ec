package client_test

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/client"
)

func TestAConnectionWithoutCallsIsClosedAfterFiveMinutesAndDialledByTheNextCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		c := cluster.client(client.Options{})
		for range 3 {
			do(t, c)
			time.Sleep(5*time.Minute - time.Millisecond)
			dials, closes := cluster.counts("a:1")
			require.Equal(t, dials, closes+1, "it is open for five minutes after the last call")
			require.Equal(t, client.Ready, c.Stats().Instances[0].State)
			time.Sleep(2 * time.Millisecond)
			_, closes = cluster.counts("a:1")
			require.Equal(t, dials, closes)
			require.Equal(t, client.Idle, c.Stats().Instances[0].State)
		}
		time.Sleep(time.Hour)
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 3, dials, "nobody dials it while there is no call")
	})
}

func TestAConnectionWithCallsIsNotIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		c := cluster.client(client.Options{Timeout: 2 * time.Hour, IdleTimeout: time.Minute})
		var took time.Duration
		require.NoError(t, c.Call(t.Context(), "Work.Slow", time.Hour-5*time.Second, &took))
		for range 30 {
			time.Sleep(50 * time.Second)
			do(t, c)
		}
		dials, closes := cluster.counts("a:1")
		require.Equal(t, 1, dials)
		require.Zero(t, closes)
	})
}

// TestNoCallMeetsAHangUp makes calls at all distances from one another.
func TestNoCallMeetsAHangUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.hosts("a:1", "b:1", "c:1")
		c := cluster.client(client.Options{}) // that may send nothing twice
		for wait := time.Minute; wait < 25*time.Minute; wait += 61 * time.Second {
			for range 10 {
				do(t, c)
			}
			time.Sleep(wait)
		}
	})
}

func TestAnInstanceThatBecomesHeldKeepsItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		require.False(t, client.HoldAmidIdle(c, "a:1", func() {
			for !waitsForLock("(*node).idle") {
				runtime.Gosched()
			}
		}), "it is held without a connection")
	})
}

// waitsForLock reports whether a goroutine that runs a function waits for a mutex.
func waitsForLock(function string) bool {
	stacks := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, "sync.(*Mutex).Lock") && strings.Contains(stack, function) {
			return true
		}
	}
	return false
}

func TestDurationsBelowZeroAreTheDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").delay.Store(int64(time.Second))
		c := cluster.client(client.Options{Timeout: -1, AttemptTimeout: -1, DialTimeout: -1, IdleTimeout: -1})
		do(t, c)
		time.Sleep(time.Minute)
		do(t, c)
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 1, dials)
	})
}

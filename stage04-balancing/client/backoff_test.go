package client_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage04-balancing/client"
)

func TestTheBackoffDoublesUpToFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		cluster.start("a:1").kill()
		var dials []time.Time
		c := cluster.client(client.Options{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			dials = append(dials, time.Now())
			return cluster.dial(ctx, network, addr)
		}})
		require.Error(t, c.Call(t.Context(), "Work.Do", 7, new(int)))
		time.Sleep(time.Minute)
		synctest.Wait()
		other := false // than without jitter
		for i, want := range []time.Duration{100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000} {
			want *= time.Millisecond
			waited := dials[i+1].Sub(dials[i])
			require.InDelta(t, want, waited, float64(want)/5, "after %d dials", i+1)
			other = other || waited != want
		}
		require.True(t, other)
	})
}

func TestAServerThatHangsUpOnEveryoneIsNotDialledOverAndOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		h.kill()
		l, err := cluster.net.Listen("a:1")
		require.NoError(t, err)
		defer l.Close()
		go func() {
			for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
				conn.Close()
			}
		}()
		c := cluster.client(client.Options{})
		require.Error(t, c.Call(t.Context(), "Work.Do", 7, new(int)))
		time.Sleep(time.Minute)
		dials, _ := cluster.counts("a:1")
		require.InDelta(t, 7+(60-6.3)/5, dials, 4)
	})
}

func TestAConnectionThatBreaksWhileNobodyCallsIsDialledAgainInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := newCluster(t)
		h := cluster.start("a:1")
		c := cluster.client(client.Options{})
		do(t, c)
		time.Sleep(time.Minute)
		h.kill()
		synctest.Wait()
		dials, _ := cluster.counts("a:1")
		require.Equal(t, 2, dials, "at once")
		h.listen()
		time.Sleep(120 * time.Millisecond)
		synctest.Wait()
		dials, _ = cluster.counts("a:1")
		require.Equal(t, 3, dials, "and after the first backoff")
		require.Equal(t, client.Ready, states(c)["a:1"])
		start := time.Now()
		do(t, c)
		require.Zero(t, time.Since(start))
	})
}

package balancer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
)

func TestPowerOfTwoTakesARecoveredInstanceBackWithinFiveSeconds(t *testing.T) {
	for _, test := range []struct {
		name string
		bad  server
	}{{"slow", answers(50 * time.Millisecond)}, {"frozen", frozen}, {"failing", fails}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var b balancer.PowerOfTwo
				b.Update(list("bad", "good1", "good2"))
				servers := map[string]server{"bad": test.bad, "good1": answers(time.Millisecond), "good2": answers(time.Millisecond)}
				drive(t, &b, 400, 5*time.Second, servers)
				servers["bad"] = answers(time.Millisecond)
				drive(t, &b, 400, 5*time.Second, servers)
				after := drive(t, &b, 400, time.Second, servers)
				require.InDelta(t, 133, after["bad"], 80)
			})
		})
	}
}

func TestPowerOfTwoTriesEveryoneAgainAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("bad", "good"))
		servers := map[string]server{"bad": fails, "good": answers(time.Millisecond)}
		require.NotZero(t, drive(t, &b, 100, time.Second, servers)["bad"])
		require.Zero(t, drive(t, &b, 100, time.Second, servers)["bad"])
		time.Sleep(time.Minute)
		require.NotZero(t, drive(t, &b, 100, time.Second, servers)["bad"])
	})
}

// A slow answer is believed at once, and one quick answer does not undo it.
func TestPowerOfTwoRemembersAPeak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("a", "b"))
		callOn := func(latency time.Duration, other string) {
			_, done, err := b.Pick(balancer.Info{Skip: skip(other)})
			require.NoError(t, err)
			time.Sleep(latency)
			done(balancer.DoneInfo{Latency: latency})
		}
		requireAllOnA := func() {
			for range 50 {
				id, done := begin(t, &b)
				require.Equal(t, "a", id)
				done(balancer.DoneInfo{Latency: time.Millisecond})
			}
		}
		callOn(time.Millisecond, "b")
		_, slow, err := b.Pick(balancer.Info{Skip: skip("a")})
		require.NoError(t, err)
		time.Sleep(99 * time.Millisecond)
		callOn(time.Millisecond, "a")
		slow(balancer.DoneInfo{Latency: 100 * time.Millisecond})
		requireAllOnA()
		callOn(time.Millisecond, "a")
		requireAllOnA()
	})
}

// A call without a latency, say a cancelled one, must not look like a quick one.
func TestPowerOfTwoLearnsNothingFromACancelledCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("a", "b"))
		callOn := func(latency, known time.Duration, other string) {
			_, done, err := b.Pick(balancer.Info{Skip: skip(other)})
			require.NoError(t, err)
			time.Sleep(latency)
			done(balancer.DoneInfo{Latency: known})
		}
		callOn(100*time.Millisecond, 100*time.Millisecond, "a")
		for range 300 {
			callOn(10*time.Millisecond, 0, "a")
		}
		callOn(time.Millisecond, time.Millisecond, "b")
		probes := 0
		for range 20 { // one call may look how b is by now, and only one
			if id, _ := begin(t, &b); id == "b" {
				probes++
			}
		}
		require.LessOrEqual(t, probes, 1)
	})
}

// To fail at once must not look better than to answer after a minute.
func TestPowerOfTwoNeverPrefersFailuresToSlowAnswers(t *testing.T) {
	var b balancer.PowerOfTwo
	b.Update(list("a", "b"))
	_, failed := begin(t, &b)
	_, slow := begin(t, &b)
	failed(balancer.DoneInfo{Err: errDown, Latency: time.Microsecond})
	slow(balancer.DoneInfo{Latency: time.Minute})
	for range 40 {
		first, _ := begin(t, &b)
		second, _ := begin(t, &b)
		require.NotEqual(t, first, second)
	}
}

// One call at a time looks whether a slow instance still is slow, even if that
// call takes long enough for many others to come by.
func TestPowerOfTwoProbesWithOneCallAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("bad", "good"))
		drive(t, &b, 100, time.Second, map[string]server{"bad": answers(time.Second), "good": answers(time.Millisecond)})
		time.Sleep(2 * time.Second) // those in flight come back
		inFlight := 0
		for range 6000 {
			id, done := begin(t, &b)
			latency := time.Millisecond
			if id == "bad" {
				inFlight++
				if inFlight != 1 {
					t.Fatalf("%d probes at once", inFlight)
				}
				latency = time.Second
			}
			time.AfterFunc(latency, func() {
				if id == "bad" {
					inFlight--
				}
				done(balancer.DoneInfo{Latency: latency})
			})
			time.Sleep(2 * time.Millisecond)
			synctest.Wait()
		}
	})
}

// A frozen instance that nobody gives up on is not forgiven in time.
func TestPowerOfTwoDoesNotForgiveSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("frozen", "good1", "good2"))
		captured := 0
		for i := range 8_000 {
			id, done := begin(t, &b)
			switch {
			case i < 300 || id != "frozen":
				time.AfterFunc(time.Millisecond, func() { done(balancer.DoneInfo{Latency: time.Millisecond}) })
			default:
				captured++
			}
			time.Sleep(2500 * time.Microsecond)
		}
		require.LessOrEqual(t, captured, 2)
	})
}

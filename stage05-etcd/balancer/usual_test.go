package balancer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/balancer"
)

// refusing drives three instances that answer in 20 ms, of which "bad" returns an
// error of its method's own, after took. It returns bad's share in per cent; told says
// whether the balancer hears that those calls failed.
func refusing(t *testing.T, b balancer.Balancer, took time.Duration, told bool) (share int) {
	b.Update(list("bad", "good1", "good2"))
	const calls = 2000
	bad := 0
	for range calls {
		id, done := begin(t, b)
		info := balancer.DoneInfo{Latency: 20 * time.Millisecond}
		if id == "bad" {
			bad++
			info = balancer.DoneInfo{Latency: took, Failed: told}
		}
		time.AfterFunc(info.Latency, func() { done(info) })
		time.Sleep(2500 * time.Microsecond)
	}
	return 100 * bad / calls
}

// B4: whose method returns an error at once is an instance like the others, and its
// errors are answers. It gets its share, which would be 66 to 90 % if the error passed
// for a quick reply.
func TestWhoseMethodReturnsErrorsAtOnceGetsItsShareAndNoMore(t *testing.T) {
	for _, name := range []string{"least-connections", "power-of-two"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, took := range []time.Duration{0, 100 * time.Microsecond, 20 * time.Millisecond, 21 * time.Millisecond} {
					b, err := balancer.New(name)
					require.NoError(t, err)
					require.InDelta(t, 33, refusing(t, b, took, true), 6, "errors after %v", took)
				}
				b, err := balancer.New(name)
				require.NoError(t, err)
				require.Greater(t, refusing(t, b, 100*time.Microsecond, false), 60, "if nobody says that the calls failed")
			})
		})
	}
}

// An instance that was slow, and now returns errors at once, is not quick.
func TestAnErrorDoesNotLowerALatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b balancer.PowerOfTwo
		b.Update(list("slow", "good1", "good2"))
		servers := map[string]server{"slow": answers(50 * time.Millisecond), "good1": answers(time.Millisecond), "good2": answers(time.Millisecond)}
		drive(t, &b, 400, 5*time.Second, servers)
		count := 0
		for range 4000 {
			id, done := begin(t, &b)
			info := balancer.DoneInfo{Latency: time.Millisecond}
			if id == "slow" {
				count++
				info.Failed = true
			}
			time.AfterFunc(time.Millisecond, func() { done(info) })
			time.Sleep(2500 * time.Microsecond)
		}
		require.LessOrEqual(t, count, 30, "calls to the slow one in ten seconds")
	})
}

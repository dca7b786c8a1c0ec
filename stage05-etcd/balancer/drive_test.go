package balancer_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/workshop/stage05-etcd/balancer"
)

// server says how an instance answers: after how long, and with what error. A
// latency of 0 stands for never.
type server func() (time.Duration, error)

func answers(latency time.Duration) server {
	return func() (time.Duration, error) { return latency, nil }
}

func fails() (time.Duration, error)  { return 100 * time.Microsecond, errDown }
func frozen() (time.Duration, error) { return 0, nil }

// deadline is when the callers of a frozen server give up.
const deadline = 200 * time.Millisecond

// drive makes calls at a steady rate and counts them by instance.
func drive(t *testing.T, b balancer.Balancer, rate int, lasting time.Duration, servers map[string]server) map[string]int {
	t.Helper()
	count := make(map[string]int)
	for range int(lasting.Seconds() * float64(rate)) {
		id, done := begin(t, b)
		count[id]++
		latency, err := servers[id]()
		if latency == 0 {
			latency, err = deadline, fmt.Errorf("%s: deadline exceeded", id)
		}
		time.AfterFunc(latency, func() { done(balancer.DoneInfo{Err: err, Latency: latency}) })
		time.Sleep(time.Second / time.Duration(rate))
	}
	return count
}

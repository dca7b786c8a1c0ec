package etcd

import "time"

// sendTick is how often clientv3 looks for keep-alives that are due.
const sendTick = time.Second / 2

// answerDeadline closes silent connections when a keep-alive is not answered in
// time, so that the next one takes another way while the lease still lives.
type answerDeadline struct {
	conns *conns
	timer *time.Timer
}

// expectAnswer expects the first answer as if one had just come for a lease of
// ttl.
func (c *conns) expectAnswer(ttl time.Duration) *answerDeadline {
	d := &answerDeadline{conns: c}
	d.answered(ttl)
	return d
}

// answered expects the next answer: clientv3 sends a keep-alive a third of the
// TTL after an answer, and what is silent since then for too long is dead. The
// TTL is that of the answer, which may be longer than what was asked for.
func (d *answerDeadline) answered(ttl time.Duration) {
	d.stop()
	sent := time.Now().Add(ttl/3 + sendTick)
	d.timer = time.AfterFunc(max(ttl/2, ttl/3+2*sendTick), func() { d.conns.closeSilent(sent) })
}

func (d *answerDeadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

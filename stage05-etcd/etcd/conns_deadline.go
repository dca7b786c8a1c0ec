package etcd

import "time"

// sendTick is how often clientv3 checks which keep-alives are due.
const sendTick = time.Second / 2

// answerDeadline closes silent connections when a keep-alive is not answered in time. The
// next keep-alive then takes another connection while the lease is still alive.
type answerDeadline struct {
	conns *conns
	timer *time.Timer
}

// expectAnswer starts the deadline for the first response, as if one had just come for a
// lease of ttl.
func (c *conns) expectAnswer(ttl time.Duration) *answerDeadline {
	d := &answerDeadline{conns: c}
	d.answered(ttl)
	return d
}

// answered starts the deadline for the next response. clientv3 sends a keep-alive a third
// of the TTL after a response; a connection that is then silent for too long is dead. ttl
// is the one in the response, which may be longer than the one that was asked for.
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

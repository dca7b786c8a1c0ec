package client

import (
	"sync"
	"time"
)

// patience tells a call when it has waited long enough. Setting a timer and
// stopping it again costs more than all else that a client adds to a call, and
// context.WithTimeout allocates besides. So a timer that was set for an earlier
// call stays set: it fires too early, if at all, and is then set again.
type patience struct {
	tick  chan struct{} // the timer has fired
	timer *time.Timer
	fires time.Time // when it will; zero when it has
}

// patiences keeps those that are not in use.
type patiences struct{ pool sync.Pool }

func (ps *patiences) get() *patience {
	p, ok := ps.pool.Get().(*patience)
	if !ok {
		p = &patience{tick: make(chan struct{}, 1)}
	}
	return p
}

func (ps *patiences) put(p *patience) { ps.pool.Put(p) }

// until makes sure that there is a tick at due at the latest.
func (p *patience) until(now, due time.Time) {
	select {
	case <-p.tick:
		p.fires = time.Time{}
	default:
	}
	switch {
	case !p.fires.IsZero() && !p.fires.After(due):
		return
	case p.timer == nil:
		p.timer = time.AfterFunc(due.Sub(now), func() {
			select {
			case p.tick <- struct{}{}:
			default:
			}
		})
	default:
		p.timer.Reset(due.Sub(now))
	}
	p.fires = due
}

// over is called after a tick. It reports whether it is due, and otherwise
// sees to the next.
func (p *patience) over(due time.Time) bool {
	p.fires = time.Time{}
	now := time.Now()
	if !now.Before(due) {
		return true
	}
	p.until(now, due)
	return false
}

package lab

import "slices"

// Past is the history that a page shows if it is opened late.
type Past struct {
	Events  []Event    `json:"events"`  // the last ones
	Seconds [][]Second `json:"seconds"` // the last ones of each side
}

// Second counts the results of a side's calls in one second of the lab's clock.
type Second struct {
	At      int     `json:"at"`
	OK      int     `json:"ok"`
	Failed  int     `json:"failed"`
	Retried int     `json:"retried"`
	P99     float64 `json:"p99"` // milliseconds, the worst of the reports'
}

// pastEvents and pastSeconds are how many are kept.
const pastEvents, pastSeconds = 200, 60

func (p *Past) add(f Frame) {
	p.Events = last(append(p.Events, f.Events...), pastEvents)
	for len(p.Seconds) < len(f.Sides) {
		p.Seconds = append(p.Seconds, nil)
	}
	for i, side := range f.Sides {
		seconds := p.Seconds[i]
		if n := len(seconds); n == 0 || seconds[n-1].At != int(f.At) {
			seconds = last(append(seconds, Second{At: int(f.At)}), pastSeconds)
		}
		now, c := &seconds[len(seconds)-1], side.Client
		now.OK, now.Failed, now.Retried, now.P99 = now.OK+c.OK, now.Failed+c.Failed, now.Retried+c.Retried, max(now.P99, c.P99)
		p.Seconds[i] = seconds
	}
}

func (p *Past) clone() Past {
	c := Past{Events: append([]Event{}, p.Events...)}
	for _, seconds := range p.Seconds {
		c.Seconds = append(c.Seconds, slices.Clone(seconds))
	}
	return c
}

// last keeps the last n.
func last[T any](all []T, n int) []T {
	if excess := len(all) - n; excess > 0 {
		return slices.Delete(all, 0, excess)
	}
	return all
}

package faults

import (
	"fmt"
	"time"
)

// overhead is about what a run takes beyond its load: its processes start and
// stop.
const overhead = 1500 * time.Millisecond

// progress counts runs.
type progress struct {
	done, all, repeat int
	parallel          int
	left              time.Duration // without the time that builds take, if runs came one by one
}

func newProgress(opts Options) *progress {
	p := &progress{repeat: opts.Repeat, parallel: opts.Parallel}
	for _, c := range opts.Columns {
		for _, f := range opts.Faults {
			if f.Skip(c.Stage) == "" {
				p.all += opts.Repeat
				p.left += time.Duration(opts.Repeat) * (f.Load.For + overhead)
			}
		}
	}
	return p
}

// next says which run begins now, the nth of its cell.
func (p *progress) next(c Column, f Fault, n int) string {
	text := fmt.Sprintf("%d of %d: %s, %s", p.done+1, p.all, c.Name(), f.Name)
	if p.repeat > 1 {
		text += fmt.Sprintf(", run %d", n)
	}
	text += fmt.Sprintf(" (about %v left)", (p.left / time.Duration(p.parallel)).Round(time.Second))
	p.done++
	p.left -= f.Load.For + overhead
	return text
}

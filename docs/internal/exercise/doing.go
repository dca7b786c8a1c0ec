package exercise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// doing is what a check does at the moment. A nil *doing records nothing.
type doing struct {
	mu     sync.Mutex // guards the fields below
	what   string
	since  time.Time
	output *output // of the tests that run; nil while none do
}

// now records what is being done from now on, and where the output of tests can be read.
func (d *doing) now(what string, o *output) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.what, d.since, d.output = what, time.Now(), o
}

// text says what is being done, for how long, and which tests have not ended.
func (d *doing) text() (what, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.what == "" {
		return "", ""
	}
	text = fmt.Sprintf("%s, %v", d.what, time.Since(d.since).Round(time.Second))
	if d.output == nil {
		return d.what, text
	}
	switch open := d.output.open(); len(open) {
	case 0:
	case 1:
		text += ": " + open[0] + " has not ended"
	default:
		text += fmt.Sprintf(": %s has not ended, nor have %d others", open[0], len(open)-1)
	}
	return d.what, text
}

const (
	// silence is how long a check says nothing: most checks have ended by then.
	silence = 3 * time.Second
	// repeat is the time between two messages about what still takes time.
	repeat = 10 * time.Second
)

// tell calls opts.Tell with what takes time, until the function that it returns is
// called.
func (d *doing) tell(opts CheckOptions) (stop func()) {
	if opts.Tell == nil {
		return func() {}
	}
	first := cmp.Or(opts.TellAfter, silence)
	ended := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		ticks := time.NewTicker(min(first, time.Second))
		defer ticks.Stop()
		began := time.Now()
		var told string
		var at time.Time
		for {
			select {
			case <-ended:
				return
			case now := <-ticks.C:
				what, text := d.text()
				if what != "" && now.Sub(began) >= first && (what != told || now.Sub(at) >= repeat) {
					told, at = what, now
					opts.Tell(text)
				}
			}
		}
	})
	return func() { close(ended); telling.Wait() }
}

// open returns the tests that have begun and not ended, in that order, without subtests.
func (o *output) open() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var open []string
	for _, line := range strings.Split(string(o.text), "\x16")[1:] { // each is one of the testing package's own
		line, _, _ = strings.Cut(line, "\n")
		if name, ok := strings.CutPrefix(line, "=== RUN "); ok && !strings.Contains(name, "/") {
			open = append(open, strings.TrimSpace(name))
		}
		if found := ends.FindStringSubmatch(line); found != nil {
			if i := slices.Index(open, found[2]); i >= 0 {
				open = slices.Delete(open, i, i+1)
			}
		}
	}
	return open
}

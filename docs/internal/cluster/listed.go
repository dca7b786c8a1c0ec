package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PollEvery is how often the registry is asked what it lists.
const PollEvery = 50 * time.Millisecond

// Listing is what the registry answered at one moment.
type Listing struct {
	At    time.Time
	Addrs []string // in the registry's order
	Err   error    // it did not answer
}

// Watch asks the registry again and again, and passes on every answer that differs from
// the one before. It returns when ctx ends. It waits a second and a half for a registry
// that hangs.
func (c *Cluster) Watch(ctx context.Context, answers chan<- Listing) {
	ticks := time.NewTicker(PollEvery)
	defer ticks.Stop()
	var last *Listing
	for {
		now := c.ask(ctx)
		if last == nil || !slices.Equal(last.Addrs, now.Addrs) || (last.Err == nil) != (now.Err == nil) {
			select {
			case answers <- now:
				last = &now
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

// ask asks once more if there was no answer in a second, since this machine may have
// stood still.
func (c *Cluster) ask(ctx context.Context) (l Listing) {
	for _, limit := range []time.Duration{time.Second, time.Second / 2} {
		within, cancel := context.WithTimeout(ctx, limit)
		l.Addrs, l.Err = c.List(within)
		cancel()
		if !errors.Is(l.Err, context.DeadlineExceeded) {
			break
		}
	}
	l.At = time.Now()
	return l
}

// awaitListed returns when the registry lists every server. Without a registry
// it returns at once.
func (c *Cluster) awaitListed(ctx context.Context) error {
	if !c.opts.Stage.Offers.Registry {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, startDeadline)
	defer cancel()
	answers := make(chan Listing)
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		c.Watch(ctx, answers)
	}()
	defer func() { cancel(); <-watching }()

	var last Listing
	for {
		select {
		case last = <-answers:
			if len(c.missing(last.Addrs)) == 0 && last.Err == nil {
				return nil
			}
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			if last.Err != nil {
				return fmt.Errorf("the registry at %s does not answer: %w", c.RegistryURL(), last.Err)
			}
			return fmt.Errorf("after %v the registry at %s does not list server %s",
				startDeadline, c.RegistryURL(), strings.Join(c.missing(last.Addrs), ", "))
		}
	}
}

// missing names the servers that are not among the addresses.
func (c *Cluster) missing(addrs []string) []string {
	var names []string
	for _, s := range c.servers {
		if !slices.Contains(addrs, s.Addr) {
			names = append(names, s.Name)
		}
	}
	return names
}

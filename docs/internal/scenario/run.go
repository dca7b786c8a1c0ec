package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
)

// endGrace is how long the client may take to end after its load should have.
const endGrace = 30 * time.Second

// Run plays a scenario on a cluster that has just started, and returns when the load has
// ended. It returns the run, as far as it got, even with an error. An error means that
// the scenario was not completed; failed calls are no error.
func Run(ctx context.Context, c *cluster.Cluster, s Scenario, see Watcher) (*measure.Run, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.Load.For+endGrace, errors.New("the load does not end"))
	run := &measure.Run{Load: s.Load, Started: time.Now()}
	client, err := c.Load(s.Load)
	if err != nil {
		cancel()
		return run, err
	}
	p := &player{
		world: &World{Cluster: c, Run: run}, see: see, client: client, steps: s.Steps,
		lines:    make(chan line, 1024), // more than there are while a step takes its time
		listings: make(chan cluster.Listing, 1024),
	}
	var helpers sync.WaitGroup
	helpers.Go(func() { p.read(ctx) })
	if len(c.Nodes()) > 0 {
		helpers.Go(func() { c.Watch(ctx, p.listings) })
	}
	defer helpers.Wait()
	defer client.Report.Close() // wakes the reader
	defer cancel()
	return run, p.play(ctx)
}

// line is what measure.Read yields.
type line struct {
	second measure.Second
	err    error
}

// player is one run in progress. Its fields belong to the goroutine that calls
// play.
type player struct {
	world    *World
	see      Watcher
	client   *cluster.Client
	steps    []Step // still to come
	lines    chan line
	listings chan cluster.Listing
	asked    bool // the registry has answered once
}

func (p *player) read(ctx context.Context) {
	for second, err := range measure.Read(p.client.Report) {
		select {
		case p.lines <- line{second, err}:
		case <-ctx.Done():
			return
		}
	}
}

// play takes everything that happens, one at a time, until the load's total.
func (p *player) play(ctx context.Context) error {
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		if p.due() {
			if err := p.step(ctx); err != nil {
				return err
			}
			continue
		}
		next.Reset(p.untilNext())
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case listing := <-p.listings:
			p.listed(listing)
		case l := <-p.lines:
			if l.err != nil {
				return p.brokenOff(ctx, l.err)
			}
			p.world.Run.Add(l.second)
			if l.second.Total {
				return p.ended()
			}
			p.see.Second(p.world, l.second)
		case <-next.C:
		}
	}
}

// lookAgain is the pause before a step checks its condition again.
const lookAgain = 10 * time.Millisecond

// due reports whether it is time for the next step.
func (p *player) due() bool {
	if len(p.steps) == 0 || p.untilStep() > 0 {
		return false
	}
	return p.steps[0].When == nil || p.steps[0].When(p.world)
}

// untilNext is the time until the next step may be due; when none is left, an
// hour, which no load lasts.
func (p *player) untilNext() time.Duration {
	if len(p.steps) == 0 {
		return time.Hour
	}
	return max(lookAgain, p.untilStep())
}

// untilStep returns the time until the next step by the load's clock. The step comes in
// the second of the report to which it belongs, even if the client started late or stood
// still.
func (p *player) untilStep() time.Duration {
	second := cmp.Or(p.world.Run.Load.Second, time.Second)
	before, into := int(p.steps[0].At/second), p.steps[0].At%second
	switch seen := len(p.world.Run.Seconds); {
	case seen > before:
		return 0
	case seen < before:
		return time.Hour // a line comes first
	case seen == 0:
		return time.Until(p.world.Run.Started.Add(into))
	default:
		return time.Until(p.world.Run.Seconds[seen-1].At.Add(into))
	}
}

func (p *player) step(ctx context.Context) error {
	at := time.Now()
	mark, err := p.steps[0].Do(ctx, p.world)
	if err != nil {
		return fmt.Errorf("%v into the load: %w", p.steps[0].At, err)
	}
	p.steps = p.steps[1:]
	mark.At = at
	p.mark(mark)
	return nil
}

func (p *player) mark(m measure.Mark) {
	p.world.Run.Marks = append(p.world.Run.Marks, m)
	p.see.Mark(p.world, m)
}

// brokenOff explains why the report has no more lines; the client usually says
// it best.
func (p *player) brokenOff(ctx context.Context, err error) error {
	if errors.Is(err, measure.ErrTruncated) {
		select {
		case <-p.client.Process.Done(): // its output is closed, so it has ended or is about to
		case <-ctx.Done():
		}
		if said := p.client.Process.Err(); said != nil {
			return fmt.Errorf("%w: %w", err, said)
		}
	}
	return err
}

// ended checks that everything that should have happened did, and records the servers
// that the registry should list and does not.
func (p *player) ended() error {
	if len(p.steps) > 0 {
		return fmt.Errorf("the load ended before the step at %v", p.steps[0].At)
	}
	if w := p.world; p.asked && w.Lost == nil {
		w.Run.Missing = w.unlisted()
	}
	return p.world.Cluster.Verify()
}

package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// Script is what the lab can play by itself: a row of the fault matrix, or an
// experiment.
type Script struct {
	Name       string            `json:"name"`
	Title      string            `json:"title"`
	Lesson     string            `json:"lesson,omitempty"`
	Seconds    float64           `json:"seconds"`
	Experiment bool              `json:"experiment,omitempty"` // it is no row of the matrix
	Published  map[string]string `json:"published"`            // what the matrix says, by stage
	Skip       map[string]string `json:"skip"`                 // why it cannot be played, by stage
}

// Scripts returns what the lab can play, with what the matrix says of its rows.
func (l *Lab) Scripts() []Script {
	published := readMatrix(l.root)
	var scripts []Script
	for _, p := range stories() {
		s := Script{
			Name: p.name, Title: p.title, Lesson: p.lesson, Seconds: p.load.For.Seconds(), Experiment: !p.row,
			Published: make(map[string]string), Skip: make(map[string]string),
		}
		for _, side := range l.sides {
			stage := fmt.Sprint(side.stage.Number)
			if why := p.skips(side.stage); why != "" {
				s.Skip[stage] = why
			}
			if text, ok := published[p.name][side.stage.Number]; ok {
				s.Published[stage] = text
			}
		}
		scripts = append(scripts, s)
	}
	return scripts
}

// readMatrix returns what the published matrix says of each fault in each stage;
// nothing if it cannot be read.
func readMatrix(root string) map[string]map[int]string {
	published := make(map[string]map[int]string)
	text, err := os.ReadFile(filepath.Join(root, "docs", "fault-matrix.json"))
	if err != nil {
		return published
	}
	var report faults.Report
	if json.Unmarshal(text, &report) != nil {
		return published
	}
	for _, c := range report.Cells {
		if c.Over != "" || len(c.Runs) == 0 {
			continue
		}
		if published[c.Fault] == nil {
			published[c.Fault] = make(map[int]string)
		}
		published[c.Fault][c.Stage] = c.Runs[len(c.Runs)/2].String()
	}
	return published
}

// player plays a script.
type player struct {
	name    string
	stop    context.CancelFunc
	playing sync.WaitGroup
}

// warmUp is how long a script leaves the processes alone before it counts.
const warmUp = time.Second

// play restarts everything, and then plays a script on every side that can play it. It
// returns at once. It stops a script that is being played.
func (l *Lab) play(name string) error {
	var on []stages.Stage
	for _, s := range l.sides {
		on = append(on, s.stage)
	}
	f, err := find(name, on)
	if err != nil {
		return err
	}
	l.stopScript()
	ctx, stop := context.WithCancel(l.ctx)
	p := &player{name: name, stop: stop}
	l.mu.Lock()
	l.script = p
	l.mu.Unlock()
	p.playing.Add(1)
	l.running.Go(func() {
		defer p.playing.Done()
		defer stop()
		err := l.run(ctx, f)
		l.mu.Lock()
		if l.script == p {
			l.script = nil
		}
		l.mu.Unlock()
		if err != nil && ctx.Err() == nil {
			l.event(-1, "result", "the script broke off: "+err.Error())
		}
	})
	return nil
}

// stopScript stops the script that is being played, if there is one, and waits for its
// end.
func (l *Lab) stopScript() {
	l.mu.Lock()
	p := l.script
	l.script = nil
	l.mu.Unlock()
	if p != nil {
		p.stop()
		p.playing.Wait()
	}
}

// run plays a script from its beginning to the end of its load.
func (l *Lab) run(ctx context.Context, f story) error {
	l.event(-1, "action", "script: "+f.title)
	fresh := func(s *side, ctx context.Context) error { return s.freshUnder(ctx, f.load) }
	if err := l.each(ctx, fresh); err != nil {
		return err
	}
	if err := wait(ctx, warmUp); err != nil {
		return err
	}
	for _, s := range l.sides {
		s.seen.count()
	}
	began := time.Now()
	err := l.each(ctx, func(s *side, ctx context.Context) error {
		if f.skips(s.stage) != "" {
			return nil
		}
		return s.steps(ctx, f.steps, began)
	})
	if err != nil {
		return err
	}
	if err := wait(ctx, time.Until(began.Add(f.load.For))); err != nil {
		return err
	}
	published := readMatrix(l.root)
	for _, s := range l.sides {
		if f.skips(s.stage) == "" {
			text := outcome(s.seen.totals(), f.load.For)
			if said := published[f.name][s.stage.Number]; said != "" {
				text += "; the matrix says: " + said
			}
			l.event(s.index, "result", text)
		}
	}
	return nil
}

// outcome returns the results of a script's calls. Calls without an answer yet do not
// count as failed. They are mentioned if there are more than usual.
func outcome(t measure.Counts, d time.Duration) string {
	text := fmt.Sprintf("%d of %d failed in %v", t.Failed, t.Sent, d)
	if wait := t.Sent - t.OK - t.Failed; wait > t.Sent/50 {
		text += fmt.Sprintf(", and %d still wait", wait)
	}
	return text
}

// lookAgain is the pause before a step checks its condition again.
const lookAgain = 20 * time.Millisecond

// steps carries a script's steps out on one side.
func (s *side) steps(ctx context.Context, steps []step, began time.Time) error {
	for _, step := range steps {
		if err := wait(ctx, time.Until(began.Add(step.at))); err != nil {
			return err
		}
		for step.when != nil && !s.holds(step.when) {
			if err := wait(ctx, lookAgain); err != nil {
				return err
			}
		}
		if err := s.act(ctx, step.do); err != nil {
			return fmt.Errorf("%v into the script: %w", step.at, err)
		}
	}
	return nil
}

// holds reports whether a condition has come true.
func (s *side) holds(when scenario.Condition) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.mu.Lock()
	s.world.Listed, s.world.Lost = s.seen.listed, nil
	if !s.seen.reached {
		s.world.Lost = errNoAnswer
	}
	s.seen.mu.Unlock()
	return when(s.world)
}

// wait waits, or returns why ctx has ended.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

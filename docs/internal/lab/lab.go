// Package lab runs the real processes of a stage, or of two side by side, for people who
// watch them and break them: servers, registry and a client under steady load. A [Frame]
// shows their state ten times a second.
//
// The one rule: what a frame shows was measured, by the processes themselves or from
// outside of them. Nothing is simulated, and a lab that is closed leaves no process and
// no file.
package lab

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
)

// Options say what a lab runs.
type Options struct {
	Root    string         // the repository
	Stages  []stages.Stage // one, or two that get the same faults at the same time
	Folders []string       // where their code lies, if not in the repository's folders of that name
	TTL     time.Duration  // of a registration
	Build   proc.Builder   // nil means proc.Build
	Tell    func(string)   // is called with what takes time; may be nil

	Wall func() time.Time // the clock on the wall; nil means the system's
}

// Servers is how many servers a lab starts with, and MaxServers bounds the servers on one
// side.
const (
	Servers    = 3
	MaxServers = 12
)

// Frame is every side as it is at one moment.
type Frame struct {
	At     float64 `json:"at"` // seconds since the lab began
	Sides  []Side  `json:"sides"`
	Events []Event `json:"events,omitempty"` // since the frame before
	Script string  `json:"script,omitempty"` // that is being played
}

// Event is something that happened.
type Event struct {
	At   float64 `json:"at"`
	Side int     `json:"side"` // from 0; -1 for all
	Kind string  `json:"kind"` // as measure.Kind; action, result, ended and standstill besides
	Text string  `json:"text"`
}

// frameEvery is the time from one frame to the next.
const frameEvery = 100 * time.Millisecond

// Lab is a running lab. Its methods may be called at any time.
type Lab struct {
	began  time.Time
	folder *scratch.Folder
	sides  []*side
	hub    *hub
	root   string
	wall   func() time.Time

	ctx     context.Context // of all that runs; ends with stop
	stop    context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex // guards the fields below
	events []Event    // that no frame has carried yet
	script *player    // nil if none is played
}

// Start builds the stages and starts their processes. The lab runs until Close.
func Start(ctx context.Context, opts Options) (_ *Lab, err error) {
	folder, err := scratch.New("lab")
	if err != nil {
		return nil, err
	}
	l := &Lab{began: time.Now(), folder: folder, hub: newHub(), root: opts.Root, wall: opts.Wall}
	if l.wall == nil {
		l.wall = wallClock
	}
	l.ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	for i, stage := range opts.Stages {
		s := &side{lab: l, index: i, stage: stage, ttl: opts.TTL, bin: filepath.Join(folder.Path, fmt.Sprint("side", i)), settings: defaultSettings()}
		if err := s.build(ctx, opts, i); err != nil {
			return nil, err
		}
		l.sides = append(l.sides, s)
	}
	if err := l.each(ctx, (*side).start); err != nil {
		return nil, err
	}
	l.running.Go(l.film)
	return l, nil
}

// Close stops every process and returns when all are gone.
func (l *Lab) Close() error {
	l.stop()
	l.running.Wait()
	l.hub.close()
	errs := make([]error, len(l.sides))
	var closing sync.WaitGroup
	for i, s := range l.sides {
		closing.Go(func() { errs[i] = s.close() })
	}
	closing.Wait()
	return errors.Join(append(errs, l.folder.Remove())...)
}

// each does something on all sides at the same time.
func (l *Lab) each(ctx context.Context, do func(*side, context.Context) error) error {
	errs := make([]error, len(l.sides))
	var doing sync.WaitGroup
	for i, s := range l.sides {
		doing.Go(func() {
			if errs[i] = do(s, ctx); errs[i] != nil {
				errs[i] = fmt.Errorf("%s: %w", s.stage.Name(), errs[i])
			}
		})
	}
	doing.Wait()
	return errors.Join(errs...)
}

// film makes the frames until the lab ends.
func (l *Lab) film() {
	ticks := time.NewTicker(frameEvery)
	defer ticks.Stop()
	last := l.wall()
	for {
		l.hub.send(l.frame())
		select {
		case <-ticks.C:
		case <-l.ctx.Done():
			return
		}
		now := l.wall()
		l.stoodStill(last, now)
		last = now
	}
}

func (l *Lab) frame() Frame {
	f := Frame{At: l.now()}
	for _, s := range l.sides {
		f.Sides = append(f.Sides, s.look())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	f.Events, l.events = l.events, nil
	if l.script != nil {
		f.Script = l.script.name
	}
	return f
}

// now is the time by the lab's clock, in seconds.
func (l *Lab) now() float64 { return time.Since(l.began).Seconds() }

// event records something for the next frame.
func (l *Lab) event(side int, kind, text string) { l.eventAt(l.now(), side, kind, text) }

// eventAt is event for something that happened, or began, a while ago.
func (l *Lab) eventAt(at float64, side int, kind, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, Event{At: at, Side: side, Kind: kind, Text: text})
}

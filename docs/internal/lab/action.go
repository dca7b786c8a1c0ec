package lab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/scenario"
)

// Action is something to do, on all sides at the same time or on one.
type Action struct {
	Do       string   `json:"do"`
	Side     *int     `json:"side,omitempty"`     // the only side that it is for; nil for all
	Server   string   `json:"server,omitempty"`   // a server's letter
	Node     string   `json:"node,omitempty"`     // a process of the registry
	Script   string   `json:"script,omitempty"`   // the name of a row of the fault matrix
	Settings Settings `json:"settings,omitempty"` // of a new client
}

// ErrUnknown is the error for an action that does not exist.
var ErrUnknown = errors.New("there is no such action")

var errNoAnswer = errors.New("the registry does not answer")

// actionTime bounds an action: a server may take a while to shut down.
const actionTime = 30 * time.Second

// slowness is by how much a slow server's responses are delayed.
const slowness = 300 * time.Millisecond

// toServers are the actions on one server.
var toServers = map[string]func(scenario.Target) scenario.Action{
	"kill":      scenario.Kill,
	"stop":      scenario.Terminate,
	"freeze":    scenario.Freeze,
	"thaw":      scenario.Thaw,
	"slow":      func(t scenario.Target) scenario.Action { return scenario.Slow(t, slowness) },
	"cut":       scenario.CutOff,
	"heal":      scenario.Heal,
	"panic":     scenario.Panic,
	"start":     scenario.Again,
	"elsewhere": scenario.Move,
}

// toRegistry are the actions on the registry as a whole.
var toRegistry = map[string]func() scenario.Action{
	"registry-kill":   scenario.KillRegistry,
	"registry-start":  scenario.ReviveRegistry,
	"registry-freeze": scenario.FreezeRegistry,
	"registry-thaw":   scenario.ThawRegistry,
	"registry-cut":    scenario.CutOffRegistry,
	"registry-heal":   scenario.HealRegistry,
}

// toWays are the actions on the way to one of the registry's processes.
var toWays = map[string]func(node string) scenario.Action{
	"node-cut":  scenario.CutOffNode,
	"node-part": scenario.PartNode,
	"node-heal": scenario.HealNode,
}

// toNodes are the actions on one of the registry's processes.
var toNodes = map[string]func(context.Context, *side, *cluster.Node) (string, error){
	"node-kill": func(ctx context.Context, s *side, n *cluster.Node) (string, error) {
		return n.Called() + " is killed (SIGKILL)", s.world.Cluster.KillNode(ctx, n)
	},
	"node-start": func(ctx context.Context, s *side, n *cluster.Node) (string, error) {
		return n.Called() + " starts again", s.world.Cluster.StartNode(ctx, n)
	},
	"node-freeze": func(_ context.Context, _ *side, n *cluster.Node) (string, error) {
		return n.Called() + " is frozen (SIGSTOP); its connections stay open", n.Freeze()
	},
	"node-thaw": func(_ context.Context, _ *side, n *cluster.Node) (string, error) {
		return n.Called() + " goes on (SIGCONT)", n.Thaw()
	},
}

// Do carries an action out, and returns when it is done on every side.
func (l *Lab) Do(ctx context.Context, a Action) error {
	ctx, cancel := context.WithTimeout(ctx, actionTime)
	defer cancel()
	defer context.AfterFunc(l.ctx, cancel)()
	switch a.Do {
	case "script":
		return l.play(a.Script)
	case "script-stop":
		l.stopScript()
		return nil
	case "fresh":
		l.stopScript()
		l.event(-1, "action", "everything is stopped and starts again")
		return l.each(ctx, (*side).fresh)
	case "client":
		if err := a.Settings.check(); err != nil {
			return err
		}
	}
	do, err := a.resolve()
	if err != nil {
		return err
	}
	return l.each(ctx, func(s *side, ctx context.Context) error {
		if a.Side != nil && *a.Side != s.index {
			return nil
		}
		return s.act(ctx, do)
	})
}

// resolve finds the effect of the action on a side.
func (a Action) resolve() (func(context.Context, *side) (measure.Mark, error), error) {
	if make, ok := toServers[a.Do]; ok {
		return played(make(scenario.Named(a.Server))), nil
	}
	if make, ok := toRegistry[a.Do]; ok {
		return played(make()), nil
	}
	if make, ok := toWays[a.Do]; ok {
		return played(make(a.Node)), nil
	}
	if do, ok := toNodes[a.Do]; ok {
		return func(ctx context.Context, s *side) (measure.Mark, error) {
			n, err := s.world.Cluster.Node(a.Node)
			if err != nil {
				return measure.Mark{}, err
			}
			text, err := do(ctx, s, n)
			return measure.Mark{Kind: measure.Fault, Text: text}, err
		}, nil
	}
	switch a.Do {
	case "join":
		return func(ctx context.Context, s *side) (measure.Mark, error) {
			if len(s.world.Cluster.Servers()) >= MaxServers {
				return measure.Mark{}, fmt.Errorf("there were %d servers, and more are not allowed", MaxServers)
			}
			return scenario.Join()(ctx, s.world)
		}, nil
	case "client":
		return func(_ context.Context, s *side) (measure.Mark, error) {
			s.settings = a.Settings
			text := fmt.Sprintf("a new client: %d calls a second, time-out %s", a.Settings.Rate, a.Settings.Timeout)
			if s.stage.Offers.Failover {
				text += ", " + a.Settings.Balancer
			}
			return measure.Mark{Kind: measure.Note, Text: text}, s.newClient()
		}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknown, a.Do)
}

func played(do scenario.Action) func(context.Context, *side) (measure.Mark, error) {
	return func(ctx context.Context, s *side) (measure.Mark, error) { return do(ctx, s.world) }
}

// act changes the side's processes, and reports it as an event.
func (s *side) act(ctx context.Context, do func(context.Context, *side) (measure.Mark, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.group == nil {
		return errors.New("nothing runs")
	}
	s.world.Run.Seconds = s.seen.lastSecond()
	began := s.lab.now()
	s.seen.acting(true)
	mark, err := do(ctx, s)
	s.publish()
	s.seen.acting(false)
	if err != nil {
		return err
	}
	s.lab.eventAt(began, s.index, string(mark.Kind), mark.Text)
	return nil
}

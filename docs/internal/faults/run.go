package faults

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/stages"
)

// Options say what to measure.
type Options struct {
	Root   string // the repository
	Stages []stages.Stage
	Faults []Fault
	Repeat int           // runs of each cell, at least 1
	TTL    time.Duration // of a registration; 0 means TTL
	// Build compiles the commands of the module in dir into the folder out; nil
	// means proc.Build.
	Build proc.Builder
	// Tell hears what is about to happen, and what came of it.
	Tell func(text string)
}

// Cell is one fault in one stage.
type Cell struct {
	Stage   int       `json:"stage"`
	Fault   string    `json:"fault"`
	Skipped string    `json:"skipped,omitempty"` // why it was not measured
	Runs    []Outcome `json:"runs,omitempty"`
}

// Run measures every cell, stage by stage. A run that fails is part of its
// cell; an error means that ctx has ended, or that a stage does not build.
func Run(ctx context.Context, opts Options) ([]Cell, error) {
	var cells []Cell
	progress := newProgress(opts)
	for _, s := range opts.Stages {
		more, err := opts.stage(ctx, s, progress)
		cells = append(cells, more...)
		if err != nil {
			return cells, err
		}
	}
	return cells, nil
}

func (opts Options) stage(ctx context.Context, s stages.Stage, progress *progress) (cells []Cell, err error) {
	bin, err := os.MkdirTemp("", "workshop-faults-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := os.RemoveAll(bin); err != nil {
			opts.Tell("left behind: " + err.Error()) // no reason to lose what was measured
		}
	}()
	build := opts.Build
	if build == nil {
		build = proc.Build
	}
	opts.Tell("building " + s.Dir)
	if err := build(ctx, filepath.Join(opts.Root, s.Dir), bin, nil); err != nil {
		return nil, err
	}
	for _, f := range opts.Faults {
		cell := Cell{Stage: s.Number, Fault: f.Name, Skipped: f.Skip(s)}
		for n := 1; n <= opts.Repeat && cell.Skipped == ""; n++ {
			opts.Tell(progress.next(s, f, n))
			outcome := play(ctx, cluster.Options{Stage: s, Bin: bin, Servers: 3, TTL: cmp.Or(opts.TTL, TTL)}, f)
			if ctx.Err() != nil {
				return cells, ctx.Err()
			}
			cell.Runs = append(cell.Runs, outcome)
			opts.Tell("  " + outcome.String())
		}
		cells = append(cells, cell)
	}
	return cells, nil
}

// play makes one run on processes of its own.
func play(ctx context.Context, opts cluster.Options, f Fault) (o Outcome) {
	if f.Proxied {
		opts.Proxies = new(proxy.Group)
		defer opts.Proxies.Close() // last, for servers say goodbye through them
	}
	data, err := os.MkdirTemp(opts.Bin, "data-")
	if err != nil {
		return Outcome{Broken: err.Error()}
	}
	defer os.RemoveAll(data) // what is left goes with the commands
	opts.Data = data
	group := proc.NewGroup(proc.StopGrace)
	defer func() {
		if err := group.Close(); err != nil && o.Broken == "" {
			o.Broken = err.Error()
		}
	}()
	c, err := cluster.Start(ctx, group, opts)
	if err != nil {
		return Outcome{Broken: err.Error()}
	}
	run, err := scenario.Run(ctx, c, f.Scenario, silent{})
	o.Result, o.Slowed = run.Result(), f.Slows
	if err != nil {
		o.Broken = err.Error()
	}
	o.marks(run)
	if o.Broken == "" {
		o.Broken = f.witness(c, run, opts.Stage.Offers.Lease, o)
	}
	return o
}

// silent watches nothing.
type silent struct{}

func (silent) Second(*scenario.World, measure.Second) {}
func (silent) Mark(*scenario.World, measure.Mark)     {}

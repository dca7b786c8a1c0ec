package faults

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/workshop/docs/internal/cluster"
	"example.com/workshop/docs/internal/measure"
	"example.com/workshop/docs/internal/proc"
	"example.com/workshop/docs/internal/proxy"
	"example.com/workshop/docs/internal/scenario"
	"example.com/workshop/docs/internal/scratch"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/standstill"
)

// Options say what to measure.
type Options struct {
	Root     string // the repository
	Columns  []Column
	Faults   []Fault
	Repeat   int           // runs of each cell, at least 1
	Parallel int           // runs at a time, at least 1; a fault that is about latency has the machine to itself
	TTL      time.Duration // of a registration; 0 means TTL
	// Build compiles the commands of the module in dir into the folder out; nil
	// means proc.Build.
	Build proc.Builder
	// Tell is called with what is about to happen, and with its result, one text at a
	// time.
	Tell func(text string)
}

// Cell is one fault in one column.
type Cell struct {
	Stage   int       `json:"stage"`
	Over    string    `json:"over,omitempty"` // grpc, or net/rpc if it is empty
	Fault   string    `json:"fault"`
	Skipped string    `json:"skipped,omitempty"` // why it was not measured
	Runs    []Outcome `json:"runs,omitempty"`
}

// Run measures every cell, column by column. A run that fails is part of its
// cell; an error means that ctx has ended, or that a stage does not build.
func Run(ctx context.Context, opts Options) ([]Cell, error) {
	folder, err := scratch.New("faults")
	if err != nil {
		return nil, err
	}
	bin := folder.Path
	var telling sync.Mutex
	tell := opts.Tell
	opts.Tell = func(text string) {
		telling.Lock()
		defer telling.Unlock()
		tell(text)
	}
	defer func() {
		if err := folder.Remove(); err != nil {
			opts.Tell("left behind: " + err.Error()) // no reason to lose what was measured
		}
	}()
	if err := opts.build(ctx, bin); err != nil {
		return nil, err
	}
	return opts.measure(ctx, bin)
}

// build compiles every stage that a column needs, into a folder of its own.
func (opts Options) build(ctx context.Context, bin string) error {
	build := opts.Build
	if build == nil {
		build = proc.Build
	}
	built := make(map[string]bool)
	for _, c := range opts.Columns {
		if built[c.Stage.Dir] {
			continue
		}
		built[c.Stage.Dir] = true
		opts.Tell("building " + c.Stage.Dir)
		if err := os.MkdirAll(commands(bin, c.Stage), 0o755); err != nil {
			return err
		}
		if err := build(ctx, filepath.Join(opts.Root, c.Stage.Dir), commands(bin, c.Stage), nil); err != nil {
			return err
		}
	}
	return nil
}

// commands is the folder with a stage's commands.
func commands(bin string, s stages.Stage) string { return filepath.Join(bin, "stage", s.Dir) }

// measure plays every run of every cell, as many at a time as it may.
func (opts Options) measure(ctx context.Context, bin string) ([]Cell, error) {
	cells := opts.cells()
	progress := newProgress(opts)
	free := make(chan struct{}, opts.Parallel)
	var playing sync.WaitGroup
	i := 0
	for _, c := range opts.Columns {
		for _, f := range opts.Faults {
			cell := &cells[i]
			i++
			for n := range cell.Runs {
				needs := 1
				if f.alone() {
					needs = opts.Parallel
				}
				for range needs {
					free <- struct{}{}
				}
				if ctx.Err() != nil {
					playing.Wait()
					return nil, ctx.Err()
				}
				opts.Tell(progress.next(c, f, n+1))
				playing.Go(func() {
					cell.Runs[n] = opts.run(ctx, bin, c, f)
					for range needs {
						<-free
					}
				})
			}
		}
	}
	playing.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return cells, nil
}

// run makes one run of a cell and tells its result.
func (opts Options) run(ctx context.Context, bin string, c Column, f Fault) Outcome {
	tell := func(o Outcome, stoodStill time.Duration, more string) {
		text := "  " + c.Name() + ", " + f.Name + ": " + o.String()
		if stoodStill > 0 {
			text += fmt.Sprintf("; the machine stood still for %v meanwhile%s", stoodStill.Round(time.Millisecond), more)
		}
		if ctx.Err() == nil {
			opts.Tell(text)
		}
	}
	o, stoodStill := undisturbed(func() Outcome {
		return play(ctx, cluster.Options{
			Stage: c.Stage, Bin: commands(bin, c.Stage), Servers: 3, TTL: cmp.Or(opts.TTL, TTL), GRPC: c.GRPC,
		}, f)
	}, standstill.Watch, func(o Outcome) bool {
		return f.isDoubtful(c, o)
	}, func(o Outcome, stoodStill time.Duration) {
		tell(o, stoodStill, onceMore)
	})
	tell(o, stoodStill, "")
	return o
}

// onceMore ends what is told of a run that does not count.
const onceMore = ", so once more"

// cells are all cells, with room for their runs.
func (opts Options) cells() []Cell {
	var cells []Cell
	for _, c := range opts.Columns {
		for _, f := range opts.Faults {
			cell := Cell{Stage: c.Stage.Number, Over: c.Over(), Fault: f.Name, Skipped: f.Skip(c.Stage)}
			if cell.Skipped == "" {
				cell.Runs = make([]Outcome, opts.Repeat)
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// play makes one run on processes of its own.
func play(ctx context.Context, opts cluster.Options, f Fault) (o Outcome) {
	if f.Proxied {
		opts.Proxies = new(proxy.Group)
		defer opts.Proxies.Close() // last, for servers say goodbye through them
	}
	if f.Faulty {
		opts.Flags = []string{"-faulty"}
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
	if f.AfterListed > 0 && o.Broken == "" {
		if never := o.listed(run); never != "" {
			o.Broken = "server " + never + " joined and was never listed"
		}
	}
	if o.Broken == "" {
		o.Broken = f.verify(c, run, opts.Stage.Offers.Lease, o)
	}
	return o
}

// silent watches nothing.
type silent struct{}

func (silent) Second(*scenario.World, measure.Second) {}
func (silent) Mark(*scenario.World, measure.Mark)     {}

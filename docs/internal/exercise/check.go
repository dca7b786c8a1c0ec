package exercise

import (
	"context"
	"fmt"
	"path"
	"slices"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// CheckOptions configure Check.
type CheckOptions struct {
	Name  string        // one function alone; "" means every step in order
	Run   string        // with Name: this test of its step alone
	All   bool          // go on after the first step that is not solved
	Limit time.Duration // for one run of tests; 0 means TestLimit, or four times that with etcd
	Last  int           // the number of the newest stage

	Tell      func(text string) // is called with what takes time; may be nil
	TellAfter time.Duration     // how long a check may take in silence; 0 means 3 s
}

// TestLimit bounds the tests of a step, so that an endless loop is stopped.
const TestLimit = 30 * time.Second

// checker checks one copy.
type checker struct {
	*copied
	opts     CheckOptions
	only     []string // the functions to check; the stage's own replace all others. None means all.
	folder   string   // for the overlay and the binaries
	overlay  overlay
	flag     string            // the file of the overlay
	seen     files             // what the compiler sees
	binaries map[string]string // by package
	broken   map[string]error  // packages that do not compile
	report   *Report
	doing    *doing
}

// Check runs the tests of a copy's steps, in order, up to the first step that is not
// solved. The stage's own functions replace what is still blank in other steps, so that
// each step can be solved by itself. An error means that the tests could not be run;
// their results are in the report.
func Check(ctx context.Context, w Work, opts CheckOptions) (Report, error) {
	if opts.Limit == 0 {
		opts.Limit = TestLimit
		if w.Stage.Offers.Etcd { // which knows no virtual time, and has steps of a minute on a busy machine
			opts.Limit = 4 * TestLimit
		}
	}
	c := &checker{opts: opts, doing: new(doing), binaries: make(map[string]string), broken: make(map[string]error)}
	var err error
	if c.copied, err = w.open(); err != nil {
		return Report{}, err
	}
	if opts.Name != "" {
		t, err := FindTask(w.Stage, c.tasks, opts.Name)
		if err != nil {
			return Report{}, err
		}
		c.opts.Name, c.only = t.Name, []string{t.Name}
	}
	c.folder = c.state()
	defer c.doing.tell(opts)()
	c.doing.now("waiting for another command to be done with this copy", nil)
	done, err := w.lock(ctx)
	if err != nil {
		return Report{}, err
	}
	defer done()
	if err := c.prepare(); err != nil {
		return Report{}, err
	}
	c.report = &Report{Stage: w.Stage.Number, Idea: w.Stage.Idea, Folder: w.Name()}
	if c.report.Since, err = w.since(); err != nil {
		return Report{}, err
	}
	if opts.Name != "" {
		err = c.one(ctx)
	} else {
		err = c.steps(ctx)
	}
	return *c.report, err
}

// see assembles the overlay for the compiler.
func (c *checker) see() {
	c.seen = make(files)
	for name, text := range c.files {
		c.seen[name] = text
	}
	for name, text := range c.overlay.files {
		c.seen[name] = text
	}
}

// step is a step with something to write.
type step struct {
	stages.Step
	number int
	tasks  []Task
	groups []group
}

// asked returns the steps in which the copy asks for something.
func (c *checker) asked() []step {
	var all []step
	for i, s := range c.Stage.Steps() {
		tasks := slices.DeleteFunc(slices.Clone(c.tasks), func(t Task) bool { return t.Step != i+1 || !c.asks(t) })
		if len(tasks) > 0 {
			all = append(all, step{s, i + 1, tasks, c.files.testsOf(s)})
		}
	}
	return all
}

// steps checks all steps in order.
func (c *checker) steps(ctx context.Context) error {
	all := c.asked()
	if err := c.build(ctx, all); err != nil {
		return err
	}
	var open *Result
	for _, s := range all {
		r := c.unrun(s)
		if open == nil || c.opts.All {
			if err := c.try(ctx, s, s.tasks, &r); err != nil {
				return err
			}
			if err := c.blame(ctx, s, &r); err != nil {
				return err
			}
			if err := c.waits(ctx, s, &r); err != nil {
				return err
			}
		}
		c.count(r)
		c.report.Steps = append(c.report.Steps, r)
		if open == nil && r.Status != Solved {
			open = &r
		}
	}
	if open != nil {
		c.report.Next = c.next(*open)
		return nil
	}
	return c.rest(ctx)
}

// one checks one function.
func (c *checker) one(ctx context.Context) error {
	t, err := FindTask(c.Stage, c.tasks, c.opts.Name)
	if err != nil {
		return err
	}
	s := step{c.Stage.Steps()[t.Step-1], t.Step, []Task{t}, nil}
	s.groups = c.files.testsOf(s.Step)
	if c.opts.Run != "" {
		if s.groups, err = onlyTest(c.Stage.Number, s, c.opts.Run); err != nil {
			return err
		}
	}
	if err := c.build(ctx, []step{s}); err != nil {
		return err
	}
	r := c.unrun(s)
	if err := c.try(ctx, s, s.tasks, &r); err != nil {
		return err
	}
	c.count(r)
	c.report.Steps = []Result{r}
	if r.Status == Solved {
		c.report.Next = fmt.Sprintf("%s is solved; go run ./docs check %d says what comes next", t.Name, c.Stage.Number)
	} else {
		c.report.Next = c.next(r)
	}
	return nil
}

// unrun is a step of which only the text is known.
func (c *checker) unrun(s step) Result {
	r := Result{Step: s.number, Title: s.Title, Role: string(s.Role), Status: NotRun}
	if len(s.tasks) > 0 {
		r.Chapter, r.Section = c.section(s.tasks[0])
	}
	for _, t := range s.tasks {
		f, err := c.find(t)
		function := Function{Name: t.Name, File: path.Join(c.Name(), t.File), Status: Written}
		switch {
		case err != nil:
		case f == nil:
			function.Status = Gone
		default:
			function.File, function.Line = path.Join(c.Name(), f.file), f.line
			switch {
			case f.blank:
				function.Status = Blank
			case f.lacks != "":
				function.Status = Begun
			}
		}
		r.Functions = append(r.Functions, function)
	}
	return r
}

func (c *checker) count(r Result) {
	for _, f := range r.Functions {
		c.report.Total++
		if f.Status == Solved {
			c.report.Solved++
		}
	}
}

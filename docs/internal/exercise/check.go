package exercise

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// CheckOptions say what Check looks at.
type CheckOptions struct {
	Name  string        // one function alone; "" means every step in order
	Run   string        // with Name: this test of its step alone
	All   bool          // go on after the first step that is not solved
	Limit time.Duration // for one run of tests; 0 means TestLimit
	Last  int           // the number of the newest stage
}

// TestLimit is how long the tests of a step may run. A loop without an end is
// stopped then.
const TestLimit = 30 * time.Second

// checker checks one copy.
type checker struct {
	*copied
	opts     CheckOptions
	overlay  overlay
	flag     string            // the file of the overlay
	seen     files             // what the compiler sees
	binaries map[string]string // by package
	broken   map[string]error  // packages that do not compile
	report   *Report
}

// Check runs the tests of a copy's steps, in order, up to the first step that is
// not solved. What is still blank in other steps is played by the stage's own
// functions, so that each step can be solved by itself. The error is about what
// keeps the tests from being run; what they say is in the report.
func Check(ctx context.Context, w Work, opts CheckOptions) (Report, error) {
	if opts.Limit == 0 {
		opts.Limit = TestLimit
	}
	c := &checker{opts: opts, binaries: make(map[string]string), broken: make(map[string]error)}
	var err error
	if c.copied, err = w.open(); err != nil {
		return Report{}, err
	}
	if opts.Name != "" {
		t, err := FindTask(w.Stage, c.tasks, opts.Name)
		if err != nil {
			return Report{}, err
		}
		c.opts.Name = t.Name
	}
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

// prepare makes the overlay.
func (c *checker) prepare() error {
	var err error
	if c.overlay, err = c.filled(c.opts.Name); err != nil {
		return err
	}
	return c.lay()
}

func (c *checker) lay() error {
	var err error
	if c.flag, err = c.overlay.writeOverlay(c.Dir, filepath.Join(c.state(), "overlay")); err != nil {
		return err
	}
	c.see()
	return nil
}

// see puts together what the compiler sees.
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
	return c.limits(ctx)
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
		if s.groups, err = onlyTest(s, c.opts.Run); err != nil {
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
	r := Result{Step: s.number, Title: s.Title, Role: string(s.Role), Chapter: c.chapter(), Status: NotRun}
	for _, t := range s.tasks {
		f, err := c.find(t)
		function := Function{Name: t.Name, File: path.Join(c.Name(), t.File), Status: Written}
		switch {
		case err != nil:
		case f == nil:
			function.Status = Gone
		default:
			function.File, function.Line = path.Join(c.Name(), f.file), f.line
			if f.blank {
				function.Status = Blank
			}
		}
		r.Functions = append(r.Functions, function)
	}
	return r
}

// chapter is the stage's chapter, if it has one.
func (c *checker) chapter() string {
	name := "docs/" + c.Stage.Dir + ".md"
	if _, err := os.Stat(filepath.Join(c.Root, filepath.FromSlash(name))); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return name
}

func (c *checker) count(r Result) {
	for _, f := range r.Functions {
		c.report.Total++
		if f.Status == Solved {
			c.report.Solved++
		}
	}
}

// build compiles the packages of the steps that will be run: all up to the first
// in which something is blank, or all of them. What has passed before needs no
// binary.
func (c *checker) build(ctx context.Context, all []step) error {
	var packages []string
	for _, s := range all {
		r := c.unrun(s)
		for _, g := range s.groups {
			blank := slices.ContainsFunc(r.Functions, func(f Function) bool { return f.Status == Blank })
			if (blank || !c.passed(g)) && !slices.Contains(packages, g.pkg) && c.binaries[g.pkg] == "" {
				packages = append(packages, g.pkg)
			}
		}
		open := func(f Function) bool { return f.Status != Written }
		if slices.ContainsFunc(r.Functions, open) && !c.opts.All {
			break
		}
	}
	if len(packages) == 0 || len(c.broken) > 0 {
		return nil
	}
	binaries, broken, err := compile(ctx, c.Dir, c.state(), c.flag, packages)
	if err != nil {
		return err
	}
	for _, err := range broken {
		if e, ok := errors.AsType[*CompileError](err); ok && e.onlyTools() && len(c.overlay.files) > 0 {
			c.report.Note = "the stage's own functions do not fit your copy any more, so what is blank in later steps may fail the tests of this one"
			c.overlay = overlay{}
			if err := c.lay(); err != nil {
				return err
			}
			return c.build(ctx, all)
		}
	}
	for pkg, binary := range binaries {
		c.binaries[pkg] = binary
	}
	for pkg, err := range broken {
		c.broken[pkg] = err
	}
	return nil
}

// try runs a step's tests and completes its result. What is written comes first,
// with the stage's own functions for what is blank; then it shows which test the
// first blank function fails.
func (c *checker) try(ctx context.Context, s step, tasks []Task, r *Result) error {
	began := time.Now()
	defer func() { r.Seconds = time.Since(began).Seconds() }()
	for _, t := range tasks {
		if _, err := c.find(t); err != nil {
			r.Status, r.Failure = Red, &Failure{Kind: "compile", Message: []string{err.Error()}}
			return nil
		}
	}
	r.Cached = true
	written := func(f Function) bool { return f.Status == Written }
	if slices.ContainsFunc(r.Functions, written) || c.opts.Name == "" && len(c.overlay.files) == 0 {
		failure, err := c.play(ctx, s, nil, r)
		if err != nil {
			return err
		}
		if failure != nil {
			r.Status, r.Failure = Red, failure
			return nil
		}
	}
	r.Status = Solved
	for i, f := range r.Functions {
		switch {
		case f.Status == Written:
			r.Functions[i].Status = Solved
		case f.Status == Gone && r.Status == Solved:
			r.Status = Red
			r.Failure = &Failure{Kind: "compile", Message: []string{fmt.Sprintf("%s is not in %s; go run ./docs reset %d %s puts it back", f.Name, f.File, c.Stage.Number, f.Name)}}
		case f.Status == Blank && r.Status == Solved:
			r.Status = Blank
			var err error
			if r.Failure, err = c.play(ctx, s, []Task{tasks[i]}, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// play runs a step's tests with some functions blank. It returns nil if all
// pass.
func (c *checker) play(ctx context.Context, s step, blank []Task, r *Result) (*Failure, error) {
	for _, g := range s.groups {
		if len(blank) == 0 && c.passed(g) {
			continue
		}
		r.Cached = false
		if e, ok := errors.AsType[*CompileError](c.broken[g.pkg]); ok {
			return c.compileFailure(e), nil
		}
		var env []string
		for _, t := range blank {
			env = append(env, switchName(t))
		}
		v, err := testRun{
			binary: c.binaries[g.pkg], dir: filepath.Join(c.Dir, filepath.FromSlash(g.pkg)), tests: g.tests, limit: c.opts.Limit,
			env: []string{switchEnv + "=" + strings.Join(env, ",")},
		}.run(ctx)
		if err != nil {
			return nil, err
		}
		if !v.Passed {
			return c.failure(g, v, r.subject(blank)), nil
		}
		if len(blank) == 0 {
			c.pass(g)
		}
	}
	return nil, nil
}

// subject is the function that a failing test is about: the one that is blank, or
// the first that is written.
func (r *Result) subject(blank []Task) string {
	if len(blank) > 0 {
		return blank[0].Name
	}
	for _, f := range r.Functions {
		if f.Status == Written {
			return f.Name
		}
	}
	return ""
}

// blame finds which of a red step's functions fails the test by itself, with the
// stage's own in place of the others.
func (c *checker) blame(ctx context.Context, s step, r *Result) error {
	written := func(f Function) bool { return f.Status == Written }
	suspects := slices.DeleteFunc(slices.Clone(r.Functions), func(f Function) bool { return !written(f) })
	if r.Status != Red || r.Failure.Test == "" || len(suspects) < 2 {
		return nil
	}
	for i, f := range r.Functions {
		if !written(f) {
			continue
		}
		opts := c.opts
		opts.Name, opts.Run = f.Name, r.Failure.Test
		alone := &checker{copied: c.copied, opts: opts, binaries: make(map[string]string), broken: make(map[string]error), report: &Report{}}
		if err := alone.prepare(); err != nil {
			return err
		}
		if err := alone.one(ctx); err != nil {
			return err
		}
		if alone.report.Steps[0].Status == Red {
			r.Functions[i].Status = Red
			r.Failure.Command = alone.report.Steps[0].Failure.Command
			return nil
		}
	}
	return nil
}

// limits runs the tests that show what the stage cannot do, once every step is
// solved.
func (c *checker) limits(ctx context.Context) error {
	for i, s := range c.Stage.Steps() {
		if s.Role != stages.Core || !slices.Contains(s.Files, "limits_test.go") {
			continue
		}
		limits := step{s, i + 1, nil, c.files.testsOf(s)}
		if err := c.build(ctx, []step{limits}); err != nil {
			return err
		}
		r := c.unrun(limits)
		r.Cached = true
		failure, err := c.play(ctx, limits, nil, &r)
		if err != nil {
			return err
		}
		r.Status = Solved
		if failure != nil {
			r.Status, r.Failure = Red, failure
		}
		c.report.Limits = &r
	}
	c.report.Next = c.finished()
	return nil
}

// passedFile remembers that a package's tests have passed.
func (c *checker) passedFile(g group) string {
	tests := hash(strings.Join(g.tests, " "))
	return filepath.Join(c.state(), "passed", c.seen.closure(c.files.module(), g.pkg)+"-"+tests)
}

func (c *checker) passed(g group) bool {
	_, err := os.Stat(c.passedFile(g))
	return err == nil
}

// pass remembers a pass. One that cannot be remembered is seen again.
func (c *checker) pass(g group) {
	file := c.passedFile(g)
	if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
		_ = os.WriteFile(file, nil, 0o644)
	}
}

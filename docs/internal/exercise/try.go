package exercise

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/workshop/docs/internal/stages"
)

// try runs a step's tests and completes its result. It first tests what is written, with
// the stage's own functions for what is blank. Then it shows which test the first blank
// function fails.
func (c *checker) try(ctx context.Context, s step, tasks []Task, r *Result) error {
	began := time.Now()
	defer func() { r.Seconds = time.Since(began).Seconds() }()
	for _, t := range tasks {
		if _, err := c.find(t); err != nil {
			r.Status, r.Failure = Red, c.compileFailure(&CompileError{Lines: []string{err.Error()}, Files: []string{t.File}})
			return nil
		}
	}
	r.Cached = true
	if slices.ContainsFunc(r.Functions, Function.hasText) || c.opts.Name == "" && len(c.overlay.files) == 0 {
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
		case f.Status == Begun && r.Status == Solved:
			r.Status, r.Failure = Red, c.unfinished(tasks[i])
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
		run := c.testsOf(s, g, blank)
		run.doing = c.doing
		v, err := run.run(ctx)
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

// testsOf returns a run of a step's tests in a package, with some functions blank.
func (c *checker) testsOf(s step, g group, blank []Task) testRun {
	var env []string
	for _, t := range blank {
		env = append(env, switchName(t))
	}
	return testRun{
		binary: c.binaries[g.pkg], dir: filepath.Join(c.Dir, filepath.FromSlash(g.pkg)), tests: g.tests, limit: c.opts.Limit,
		env:  []string{switchEnv + "=" + strings.Join(env, ",")},
		what: fmt.Sprintf("running the tests of %d.%d %s", c.Stage.Number, s.number, s.Title),
	}
}

// subject returns the function that a failing test is about: the blank one, or the first
// that is written.
func (r *Result) subject(blank []Task) string {
	if len(blank) > 0 {
		return blank[0].Name
	}
	for _, f := range r.Functions {
		if f.hasText() {
			return f.Name
		}
	}
	return ""
}

// unfinished returns the failure of a function that itself says that something is
// missing, though no test of its step has reached that place.
func (c *checker) unfinished(t Task) *Failure {
	f := &Failure{Kind: "begun"}
	if found, err := c.find(t); err == nil && found != nil {
		f.Message = []string{fmt.Sprintf("%s still panics with %q somewhere, where no test of this step comes", t.Name, found.lacks)}
	}
	return f
}

// blame finds the function that by itself fails a red step's test, with the stage's own
// in place of the others. It looks at the step's functions first, and then at those of
// other steps.
func (c *checker) blame(ctx context.Context, s step, r *Result) error {
	if r.Status != Red || r.Failure.Test == "" {
		return nil
	}
	groups, err := onlyTest(c.Stage.Number, s, r.Failure.Test)
	if err != nil {
		return err
	}
	for i, t := range s.tasks {
		if f, err := c.find(t); err == nil && f != nil && f.lacks != "" && slices.Contains(r.Failure.Message, "panic: "+f.lacks) {
			r.Functions[i].Status = Red // it says so itself
			r.Failure.Command = c.alone(groups[0], r.Failure.Test, t.Name)
			return nil
		}
	}
	suspects := c.written(func(t Task) bool { return t.Step == s.number })
	own := len(suspects)
	suspects = append(suspects, c.written(func(t Task) bool { return t.Step != s.number && c.touched(t) })...)
	if own == 1 && len(suspects) == 1 {
		return nil
	}
	for _, t := range suspects {
		opts := c.opts
		opts.Name, opts.Run = t.Name, r.Failure.Test
		if r.Failure.Kind == "time" {
			opts.Limit /= 2 // or the answer takes too long
		}
		alone := c.apart(opts, t.Name)
		if err := alone.prepare(); err != nil {
			return err
		}
		only := step{s.Step, s.number, []Task{t}, groups}
		if err := alone.build(ctx, []step{only}); err != nil {
			return err
		}
		found := alone.unrun(only)
		if err := alone.try(ctx, only, only.tasks, &found); err != nil {
			return err
		}
		if found.Status != Red {
			continue
		}
		if i := slices.IndexFunc(r.Functions, func(f Function) bool { return f.Name == t.Name }); i >= 0 {
			r.Functions[i].Status = Red
			r.Failure.Command = c.alone(groups[0], r.Failure.Test, t.Name)
		} else {
			found.Functions[0].Status = Red
			r.Failure.Blame = &found.Functions[0]
			r.Failure.Command = c.alone(groups[0], r.Failure.Test, "")
			its := c.Stage.Steps()[t.Step-1]
			if _, err := onlyTest(c.Stage.Number, step{Step: its, number: t.Step, groups: c.files.testsOf(its)}, r.Failure.Test); err == nil {
				r.Failure.Command = c.alone(groups[0], r.Failure.Test, t.Name)
			}
			r.Chapter, r.Section = found.Chapter, found.Section
		}
		return nil
	}
	return nil
}

// written returns the functions of a kind that the copy asks for and that are not blank.
func (c *checker) written(of func(Task) bool) []Task {
	return slices.DeleteFunc(slices.Clone(c.tasks), func(t Task) bool {
		f, err := c.find(t)
		return !of(t) || !c.asks(t) || err != nil || f == nil || f.blank
	})
}

// sideBySide is how many runs of tests there are at the same time: many wait for time to
// pass, and more would make a small machine late.
const sideBySide = 2

// together runs the tests of steps at the same time, and records which pass. A failure
// proves nothing, since the tests may have disturbed one another: no further tests are
// begun then, and each step that has not passed is to be run again by itself.
func (c *checker) together(ctx context.Context, all []step) error {
	type one struct {
		step  step
		group group
	}
	var open []one
	for _, s := range all {
		for _, g := range s.groups {
			if c.broken[g.pkg] == nil && !c.passed(g) {
				open = append(open, one{s, g})
			}
		}
	}
	if len(open) < 2 {
		return nil
	}
	c.doing.now(fmt.Sprintf("running the tests of the other %s, %d at a time", Count(len(all), "core step"), sideBySide), nil)
	running, stop := context.WithCancel(ctx)
	defer stop()
	free := make(chan struct{}, sideBySide)
	var tests sync.WaitGroup
	for _, o := range open {
		free <- struct{}{}
		if running.Err() != nil {
			break
		}
		tests.Go(func() {
			v, err := c.testsOf(o.step, o.group, nil).run(running)
			if err == nil && v.Passed {
				c.pass(o.group)
			} else {
				stop()
			}
			<-free
		})
	}
	tests.Wait()
	return ctx.Err()
}

// rest runs the tests of the core steps that ask for nothing, once every other step is
// solved: the participant's functions may fail them as well. The last of them show what
// the stage cannot do.
func (c *checker) rest(ctx context.Context) error {
	var all []step
	for i, s := range c.Stage.Steps() {
		asks := slices.ContainsFunc(c.tasks, func(t Task) bool { return t.Step == i+1 && c.asks(t) })
		if s.Role == stages.Core && !asks {
			all = append(all, step{s, i + 1, nil, c.files.testsOf(s)})
		}
	}
	if err := c.build(ctx, all); err != nil {
		return err
	}
	if err := c.together(ctx, all); err != nil {
		return err
	}
	for _, s := range all {
		r := c.unrun(s)
		r.Status, r.Cached = Solved, true
		failure, err := c.play(ctx, s, nil, &r)
		if err != nil {
			return err
		}
		if failure != nil {
			r.Status, r.Failure = Red, failure
			if err := c.blame(ctx, s, &r); err != nil {
				return err
			}
		}
		switch {
		case slices.Contains(s.Files, "limits_test.go"):
			c.report.Limits = &r
		case failure != nil:
			c.report.Steps = append(c.report.Steps, r)
		}
		if failure != nil {
			c.report.Next = c.next(r)
			return nil
		}
	}
	c.report.Next = c.finished()
	return nil
}

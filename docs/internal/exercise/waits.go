package exercise

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
)

// apart returns a checker of the same copy that uses the participant's functions of those
// names, and the stage's own for all others. It does not touch the binaries of c.
func (c *checker) apart(opts CheckOptions, names ...string) *checker {
	return &checker{
		copied: c.copied, opts: opts, only: names, folder: filepath.Join(c.state(), "apart"), doing: c.doing,
		binaries: make(map[string]string), broken: make(map[string]error), report: &Report{},
	}
}

// waits finds out whether a red step fails only because of another step: its tests pass
// when the stage's own functions replace those of all other steps, or a file of another
// step does not compile. Such a step waits.
func (c *checker) waits(ctx context.Context, s step, r *Result) error {
	if r.Status != Red || len(s.tasks) == 0 {
		return nil
	}
	broken := r.Failure.Kind == "compile"
	if broken {
		if !c.brokenElsewhere(s, r.Failure.files) {
			return nil
		}
		r.Failure.Blame = c.at(r.Failure.Place)
	} else if r.Failure.Blame == nil {
		return nil
	}
	apart := c.apart(c.opts, names(s.tasks)...)
	if err := apart.prepare(); err != nil {
		return err
	}
	if err := apart.build(ctx, []step{s}); err != nil {
		return err
	}
	found := apart.unrun(s)
	if err := apart.try(ctx, s, s.tasks, &found); err != nil {
		return err
	}
	switch {
	case found.Status == Solved, found.Status == Blank:
		r.Status, r.Functions = Waits, found.Functions
	case broken && found.Failure.Kind == "compile":
		r.Status = Waits // whether its functions are right is not known
	}
	return nil
}

// brokenElsewhere reports whether all files that do not compile hold functions that other
// steps ask for, and none of this step's.
func (c *checker) brokenElsewhere(s step, files []string) bool {
	holds := func(file string, own bool) bool {
		return slices.ContainsFunc(c.tasks, func(t Task) bool {
			f, err := c.find(t)
			return (t.Step == s.number) == own && (t.File == file || err == nil && f != nil && f.file == file)
		})
	}
	return len(files) > 0 && !slices.ContainsFunc(files, func(file string) bool { return holds(file, true) || !holds(file, false) })
}

// at returns the function to write in which a place of the copy is, or nil.
func (c *checker) at(place string) *Function {
	for _, t := range c.tasks {
		f, err := c.find(t)
		if err != nil || f == nil {
			continue
		}
		for line := f.line; line <= f.source.line(f.decl.End()); line++ {
			if file := path.Join(c.Name(), f.file); place == fmt.Sprintf("%s:%d", file, line) {
				return &Function{Name: t.Name, File: file, Line: f.line, Status: Red}
			}
		}
	}
	return nil
}

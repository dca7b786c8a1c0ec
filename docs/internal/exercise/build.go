package exercise

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// prepare makes the overlay.
func (c *checker) prepare() error {
	var err error
	if c.overlay, err = c.filled(c.only...); err != nil {
		return err
	}
	return c.lay()
}

func (c *checker) lay() error {
	var err error
	if c.flag, err = c.overlay.writeOverlay(c.Dir, filepath.Join(c.folder, "overlay")); err != nil {
		return err
	}
	c.see()
	return nil
}

// build compiles the packages of the steps that will be run: all up to the first step in
// which something is blank. A package that has passed before needs no binary.
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
		open := func(f Function) bool { return !f.hasText() }
		if slices.ContainsFunc(r.Functions, open) && !c.opts.All {
			break
		}
	}
	if len(packages) == 0 || len(c.broken) > 0 {
		return nil
	}
	c.doing.now("compiling the tests of "+Count(len(packages), "package"), nil)
	binaries, broken, err := compile(ctx, c.Dir, c.folder, c.flag, packages)
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

// passedFile records that a package's tests have passed.
func (c *checker) passedFile(g group) string {
	tests := hash(strings.Join(g.tests, " "))
	return filepath.Join(c.state(), "passed", c.seen.closure(c.files.module(), g.pkg)+"-"+tests)
}

func (c *checker) passed(g group) bool {
	_, err := os.Stat(c.passedFile(g))
	return err == nil
}

// pass records a pass. If that fails, the tests just run again next time.
func (c *checker) pass(g group) {
	file := c.passedFile(g)
	if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
		_ = os.WriteFile(file, nil, 0o644)
	}
}

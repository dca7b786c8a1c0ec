package exercise

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.com/workshop/docs/internal/stages"
)

// workspaceFile makes the copy a workspace of its own. Without it, the repository's
// workspace would apply, which does not name the copy.
const workspaceFile = "go 1.26.0\n\nuse .\n"

// StartOptions say what a copy begins with.
type StartOptions struct {
	Deep bool  // the functions of deep steps are blank too
	From *Work // the participant's copy of the stage before, to begin with; nil for none
}

// Started is what Start has made, or found.
type Started struct {
	Work  Work
	Found bool     // it was there already, and nothing was changed
	Tasks []Task   // the functions that it asks for
	Blank []Task   // the tasks that are not written yet, or are missing
	Steps int      // in which they stand
	Since []string // what the stage has changed since the copy was made
	Taken Taken    // of the copy of the stage before
}

// Start copies a stage and blanks the functions that its core steps ask for. A
// copy that is there already stays as it is.
func Start(ctx context.Context, w Work, opts StartOptions) (Started, error) {
	there, err := w.exists()
	if err != nil {
		return Started{}, err
	}
	var taken Taken
	if !there {
		all, err := w.fresh(opts.Deep)
		if err != nil {
			return Started{}, err
		}
		if opts.From != nil {
			if err := opts.From.begun(); err != nil {
				return Started{}, err
			}
			if taken, err = w.takeFrom(ctx, *opts.From, all); err != nil {
				return Started{}, err
			}
		}
		if err := w.create(all, opts.Deep); err != nil {
			return Started{}, err
		}
	}
	s, err := w.started(there)
	s.Taken = taken
	return s, err
}

// fresh is what a new copy holds.
func (w Work) fresh(deep bool) (files, error) {
	all, err := readFiles(filepath.Join(w.Root, w.Stage.Dir))
	if err != nil {
		return nil, err
	}
	tasks, err := Tasks(w.Stage, all.tree())
	if err != nil {
		return nil, err
	}
	blank := make(map[string][]string)
	for _, t := range tasks {
		if t.Role == stages.Core || deep {
			blank[t.File] = append(blank[t.File], t.Name)
		}
	}
	for file, functions := range blank {
		if all[file], err = BlankFile(file, all[file], functions); err != nil {
			return nil, err
		}
	}
	all["go.work"] = workspaceFile
	return all, nil
}

// create writes a copy. It appears whole or not at all.
func (w Work) create(all files, deep bool) (err error) {
	above := filepath.Dir(w.Dir)
	if err := os.MkdirAll(above, 0o755); err != nil {
		return err
	}
	made, err := os.MkdirTemp(above, ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made) // a successful start has moved it away
	if err := all.write(made); err != nil {
		return err
	}
	if err := w.remember(made, deep); err != nil {
		return err
	}
	if err := os.Chmod(made, 0o755); err != nil {
		return err
	}
	return os.Rename(made, w.Dir)
}

// started looks at the copy.
func (w Work) started(found bool) (Started, error) {
	s := Started{Work: w, Found: found}
	c, err := w.open()
	if err != nil {
		return s, err
	}
	steps := make(map[int]bool)
	for _, t := range c.tasks {
		if !c.asks(t) {
			continue
		}
		s.Tasks = append(s.Tasks, t)
		steps[t.Step] = true
		if f, err := c.find(t); err == nil && (f == nil || f.blank || f.lacks != "") {
			s.Blank = append(s.Blank, t)
		}
	}
	s.Steps = len(steps)
	s.Since, err = w.since()
	return s, err
}

// Count says how many of a thing there are.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

package exercise

import (
	"context"
	"errors"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// Taken says what a new copy has taken over from the participant's copy of the stage
// before.
type Taken struct {
	Functions []string // with their files
	Files     []string // that the participant has added
	Left      []string // what does not fit, each with the reason
}

// takeFrom copies what a participant has written in the copy before into a new one, where
// the two stages are the same. It leaves out a function that this stage changes or asks
// for, and what does not compile in this stage.
func (w Work) takeFrom(ctx context.Context, before Work, all files) (Taken, error) {
	var taken Taken
	m := mover{to: all, taken: &taken}
	var err error
	for _, from := range []struct {
		dir  string
		tree *stages.Tree
	}{{filepath.Join(w.Root, before.Stage.Dir), &m.old}, {before.Dir, &m.own}, {filepath.Join(w.Root, w.Stage.Dir), &m.new}} {
		if *from.tree, err = stages.ReadTree(from.dir); err != nil {
			return taken, err
		}
	}
	m.module = all.module()
	m.moved = make(map[string]string)
	for _, file := range slices.Sorted(maps.Keys(m.own)) {
		if path.Ext(file) == ".go" && !stages.IsTest(file) && m.own[file] != m.old[file] {
			if err := m.file(file); err != nil {
				return taken, err
			}
		}
	}
	return taken, w.withoutBroken(ctx, all, &m)
}

// withoutBroken compiles the new copy in a folder of its own, and takes back files that
// do not compile until it does.
func (w Work) withoutBroken(ctx context.Context, all files, m *mover) error {
	for len(m.moved) > 0 {
		broken, err := w.compiles(ctx, all)
		if err != nil || broken == nil {
			return err
		}
		back := slices.DeleteFunc(broken.Files, func(file string) bool { _, moved := m.moved[file]; return !moved })
		if len(back) == 0 {
			back = slices.Sorted(maps.Keys(m.moved)) // what it breaks is elsewhere
		}
		for _, file := range back {
			if all[file] = m.moved[file]; all[file] == "" {
				delete(all, file)
			}
			delete(m.moved, file)
			m.taken.back(file, broken.Lines[0])
		}
	}
	return nil
}

// back records that nothing of a file was taken after all.
func (t *Taken) back(file, why string) {
	of := func(name string) bool { return name == file || strings.HasSuffix(name, " ("+file+")") }
	t.Functions, t.Files = slices.DeleteFunc(t.Functions, of), slices.DeleteFunc(t.Files, of)
	t.Left = append(t.Left, file+": it does not compile in this stage: "+why)
}

// compiles compiles files that are in no folder yet, in place of the stage's. If they do
// not compile, it returns the compiler's message.
func (w Work) compiles(ctx context.Context, all files) (*CompileError, error) {
	dir := filepath.Join(w.Root, w.Stage.Dir)
	o := overlay{files: make(files)}
	for name, text := range all {
		if path.Ext(name) == ".go" {
			o.files[name] = text
		}
	}
	done, err := w.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	flag, err := o.writeOverlay(dir, filepath.Join(w.state(), "frommine"))
	if err != nil {
		return nil, err
	}
	said, err := goCommand(ctx, dir, "build", "-overlay", flag, "./...")
	if _, ok := errors.AsType[*NoGoError](err); ok {
		return nil, err
	}
	if err == nil || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return complaints(dir, flag, said), nil
}

package exercise

import (
	"go/ast"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"example.com/workshop/docs/internal/stages"
)

// copied is a participant's copy as it is now, beside the stage.
type copied struct {
	Work
	files     files // the copy's
	reference files // the stage's
	tasks     []Task
	parsed    map[string]*source // of the copy's Go files that hold functions to write
	broken    map[string]error   // those of them that do not parse
	deep      map[int]bool       // the deep steps in which something was left to write
}

// written is a function to write, as the copy has it.
type written struct {
	source *source
	decl   *ast.FuncDecl
	file   string
	line   int
	blank  bool
	lacks  string // what it panics with where it is not finished, if it says so
}

// open reads the copy.
func (w Work) open() (*copied, error) {
	if err := w.begun(); err != nil {
		return nil, err
	}
	c := &copied{Work: w, parsed: make(map[string]*source), broken: make(map[string]error), deep: make(map[int]bool)}
	var err error
	if c.files, err = readFiles(w.Dir); err != nil {
		return nil, err
	}
	if c.reference, err = readFiles(filepath.Join(w.Root, w.Stage.Dir)); err != nil {
		return nil, err
	}
	if c.tasks, err = Tasks(w.Stage, c.reference.tree()); err != nil {
		return nil, err
	}
	for _, t := range c.tasks {
		c.parse(t.File)
	}
	for _, t := range c.tasks {
		if t.Role == stages.Deep && c.touched(t) {
			c.deep[t.Step] = true
		}
	}
	return c, nil
}

// parse reads a file of the copy.
func (c *copied) parse(file string) {
	text, ok := c.files[file]
	if !ok || c.parsed[file] != nil || c.broken[file] != nil {
		return
	}
	s, err := parse(file, text)
	if err != nil {
		c.broken[file] = err
		return
	}
	c.parsed[file] = s
}

// find returns a function to write, from its own file or, if it was moved, from another
// of the same folder; nil if there is none. The error says that its own file does not
// parse.
func (c *copied) find(t Task) (*written, error) {
	beside := []string{t.File}
	for _, file := range slices.Sorted(maps.Keys(c.files)) {
		if path.Dir(file) == path.Dir(t.File) && path.Ext(file) == ".go" && !stages.IsTest(file) && file != t.File {
			beside = append(beside, file)
		}
	}
	for _, file := range beside {
		c.parse(file)
		if file == t.File && c.broken[file] != nil {
			return nil, c.broken[file]
		}
		s := c.parsed[file]
		if s == nil {
			continue
		}
		if f := s.functions()[t.Name]; f != nil {
			return &written{s, f, file, s.line(f.Pos()), isBlank(f), missing(f)}, nil
		}
	}
	return nil, nil
}

// touched reports whether a function of the copy is blank, or differs from the stage's.
func (c *copied) touched(t Task) bool {
	f, err := c.find(t)
	if f == nil || err != nil {
		return true
	}
	s, err := parse(t.File, c.reference[t.File])
	if err != nil {
		return true
	}
	want := s.functions()[t.Name]
	return want == nil || stages.Normalise(s.whole(want)) != stages.Normalise(f.source.whole(f.decl))
}

// imported reports whether the function's file imports every package that it uses.
func (f *written) imported() bool {
	for name := range f.source.packagesIn(f.decl) {
		if !slices.ContainsFunc(f.source.file.Imports, func(spec *ast.ImportSpec) bool { return importName(spec) == name }) {
			return false
		}
	}
	return true
}

// asks reports whether the copy asks for a task: for those of the core always, and for
// those of a deep step if something was left to write in it.
func (c *copied) asks(t Task) bool { return t.Role == stages.Core || c.deep[t.Step] }

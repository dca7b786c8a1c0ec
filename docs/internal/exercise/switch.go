package exercise

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// switchEnv is the environment variable with the functions, separated by commas, that
// panic as if they were blank. So one test binary serves for all of them: compiling takes
// longer than most tests.
const switchEnv = "WORKSHOP_BLANK"

// toolPrefix begins the names of files that exist only in an overlay for the compiler.
const toolPrefix = "zz_workshop_"

// switchName returns the name of a task's function in switchEnv.
func switchName(t Task) string { return path.Dir(t.File) + ":" + t.Name }

// switchVariable returns the name of the package's variable that says whether a function
// is switched to blank.
func switchVariable(name string) string {
	return "workshopBlank_" + strings.ReplaceAll(name, ".", "_")
}

// switched returns the edit that makes a function panic while it is switched to blank. It
// adds no line, so that messages show the file's own line numbers.
func (s *source) switched(name string, f *ast.FuncDecl) edit {
	at := s.offset(f.Body.Lbrace) + 1
	return edit{at, at, fmt.Sprintf(" if %s { panic(%s) };", switchVariable(name), strconv.Quote(writeMe+name))}
}

// switchFile declares the switches of a folder's package.
func switchFile(pkg string, tasks []Task) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n\t\"os\"\n\t\"slices\"\n\t\"strings\"\n)\n\nvar workshopBlanks = strings.Split(os.Getenv(%q), \",\")\n\nvar (\n",
		pkg, switchEnv)
	for _, t := range tasks {
		fmt.Fprintf(&b, "\t%s = slices.Contains(workshopBlanks, %q)\n", switchVariable(t.Name), switchName(t))
	}
	return b.String() + ")\n"
}

// only returns a file with some functions of the stage, each of them switched, and the
// imports that they need.
func (s *source) only(tasks []Task) string {
	var b strings.Builder
	for _, group := range s.file.Comments {
		for _, comment := range group.List {
			if comment.Pos() < s.file.Package && strings.HasPrefix(comment.Text, "//go:build") {
				b.WriteString(comment.Text + "\n\n")
			}
		}
	}
	used := make(map[string]bool)
	var bodies []string
	for _, t := range tasks {
		f := s.functions()[t.Name]
		for name := range s.packagesIn(f) {
			used[name] = true
		}
		e := s.switched(t.Name, f)
		from := s.offset(f.Pos())
		e.from, e.to = e.from-from, e.to-from
		bodies = append(bodies, apply(s.between(f.Pos(), f.End()), []edit{e}))
	}
	fmt.Fprintf(&b, "package %s\n\nimport (\n", s.file.Name.Name)
	for _, spec := range s.file.Imports {
		if used[importName(spec)] {
			b.WriteString("\t" + s.between(spec.Pos(), spec.Path.End()) + "\n")
		}
	}
	return b.String() + ")\n\n" + strings.Join(bodies, "\n\n") + "\n"
}

// overlay holds the files that the compiler sees in place of, or beside, those of a
// folder.
type overlay struct {
	files files
	tasks []Task // those that can be switched to blank
}

// filled returns the overlay in which the stage's functions replace what is blank in the
// copy. A blank function keeps its place under the name _, so that no line moves. If
// functions are named, the stage's functions replace all others, too, whether or not the
// participant's compile.
func (c *copied) filled(alone ...string) (overlay, error) {
	o := overlay{files: make(files)}
	edits := make(map[string][]edit)
	emptied := make(map[string]bool) // files in which an import may not be needed any more
	from := make(map[string][]Task)
	for _, t := range c.tasks {
		f, err := c.find(t)
		if err != nil || f == nil {
			continue // the compiler says what is wrong
		}
		if !f.blank && (len(alone) == 0 || slices.Contains(alone, t.Name) || !c.touched(t) && f.imported()) {
			continue
		}
		o.tasks = append(o.tasks, t)
		from[t.File] = append(from[t.File], t)
		name := f.decl.Name
		edits[f.file] = append(edits[f.file], edit{f.source.offset(name.Pos()), f.source.offset(name.End()), "_"})
		if !f.blank {
			emptied[f.file] = true
			from, to := f.source.offset(f.decl.Body.Pos()), f.source.offset(f.decl.Body.End())
			edits[f.file] = append(edits[f.file], edit{from, to, "{ panic(0)" + strings.Repeat("\n", strings.Count(f.source.text[from:to], "\n")) + "}"})
		}
	}
	for file, e := range edits {
		o.files[file] = apply(c.files[file], e)
		if emptied[file] {
			s, err := parse(file, o.files[file])
			if err != nil {
				return o, err
			}
			o.files[file] = s.withoutUnused()
		}
	}
	for file, tasks := range from {
		s, err := parse(file, c.reference[file])
		if err != nil {
			return o, err
		}
		o.files[path.Join(path.Dir(file), toolPrefix+path.Base(file))] = s.only(tasks)
	}
	return o, o.addSwitches(c.reference)
}

// switchedAll returns the overlay in which each function to write of a stage can be
// switched to blank.
func switchedAll(reference files, tasks []Task) (overlay, error) {
	o := overlay{files: make(files), tasks: tasks}
	byFile := make(map[string][]Task)
	for _, t := range tasks {
		byFile[t.File] = append(byFile[t.File], t)
	}
	for file, tasks := range byFile {
		s, err := parse(file, reference[file])
		if err != nil {
			return o, err
		}
		var edits []edit
		for _, t := range tasks {
			edits = append(edits, s.switched(t.Name, s.functions()[t.Name]))
		}
		o.files[file] = apply(s.text, edits)
	}
	return o, o.addSwitches(reference)
}

// addSwitches adds the switches of each package with a task.
func (o overlay) addSwitches(reference files) error {
	byDir := make(map[string][]Task)
	for _, t := range o.tasks {
		byDir[path.Dir(t.File)] = append(byDir[path.Dir(t.File)], t)
	}
	for dir, tasks := range byDir {
		s, err := parse(tasks[0].File, reference[tasks[0].File])
		if err != nil {
			return err
		}
		slices.SortFunc(tasks, func(a, b Task) int { return strings.Compare(a.Name, b.Name) })
		o.files[path.Join(dir, toolPrefix+"switches.go")] = switchFile(s.file.Name.Name, tasks)
	}
	return nil
}

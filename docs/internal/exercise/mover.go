package exercise

import (
	"fmt"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// mover moves functions from one copy to the next. All trees are normalised.
type mover struct {
	old, own, new stages.Tree // the stage before, the copy of it, and the stage
	to            files       // the new copy
	module        string
	moved         map[string]string // what the files that have changed were, for who must go back
	taken         *Taken
}

func (m *mover) leave(file, name, why string) {
	m.taken.Left = append(m.taken.Left, fmt.Sprintf("%s: %s", key(file, name), why))
}

// file moves a participant's functions of one file.
func (m *mover) file(file string) error {
	if _, there := m.old[file]; !there {
		if _, taken := m.to[file]; taken {
			m.taken.Left = append(m.taken.Left, file+": the stage has a file of that name")
			return nil
		}
		m.moved[file] = ""
		m.to[file] = m.restore(m.own[file])
		m.taken.Files = append(m.taken.Files, file)
		return nil
	}
	own, err := parse(file, m.own[file])
	if err != nil {
		m.taken.Left = append(m.taken.Left, fmt.Sprintf("%s: it does not parse: %v", file, err))
		return nil
	}
	old, err := parse(file, m.old[file])
	if err != nil {
		return err
	}
	functions := own.functions()
	var helpers []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		f, before := functions[name], old.functions()[name]
		switch {
		case isBlank(f) || before != nil && old.between(before.Pos(), before.End()) == own.between(f.Pos(), f.End()):
		case before == nil:
			helpers = append(helpers, name)
		default:
			if err := m.function(file, name, own, f, old, before); err != nil {
				return err
			}
		}
	}
	for _, name := range helpers { // as far as what was moved needs them
		base := name[strings.Index(name, ".")+1:]
		if !regexp.MustCompile(`\b` + base + `\b`).MatchString(m.to[file]) {
			continue
		}
		if err := m.function(file, name, own, functions[name], old, nil); err != nil {
			return err
		}
	}
	return nil
}

// restore gives a normalised text the module's own path.
func (m *mover) restore(text string) string { return strings.ReplaceAll(text, stages.Module, m.module) }

// function moves one function, if it fits.
func (m *mover) function(file, name string, own *source, f *ast.FuncDecl, old *source, before *ast.FuncDecl) error {
	text, there := m.new[file]
	if !there {
		m.leave(file, name, "the stage has no such file any more")
		return nil
	}
	now, err := parse(file, text)
	if err != nil {
		return err
	}
	is := now.functions()[name]
	switch {
	case before == nil && is != nil:
		m.leave(file, name, "the stage has a function of that name")
		return nil
	case before != nil && is == nil:
		m.leave(file, name, "the stage has no such function any more")
		return nil
	case before != nil && now.between(is.Pos(), is.End()) != old.between(before.Pos(), before.End()):
		m.leave(file, name, "the stage changes it")
		return nil
	}
	target, err := parse(file, m.to[file])
	if err != nil {
		return err
	}
	if _, known := m.moved[file]; !known {
		m.moved[file] = m.to[file]
	}
	body := m.restore(own.between(f.Pos(), f.End()))
	var e edit
	if in := target.functions()[name]; in != nil {
		e = edit{target.offset(in.Pos()), target.offset(in.End()), body}
	} else {
		body = m.restore(own.whole(f))
		e = edit{len(target.text), len(target.text), "\n" + body + "\n"}
	}
	m.to[file], err = target.withImports(file, e, own.importsFor(f), m.restore)
	m.taken.Functions = append(m.taken.Functions, key(file, name))
	return err
}

// importsFor returns the imports that a function uses.
func (s *source) importsFor(f *ast.FuncDecl) []*ast.ImportSpec {
	used := s.packagesIn(f)
	var specs []*ast.ImportSpec
	for _, spec := range s.file.Imports {
		if used[importName(spec)] {
			specs = append(specs, spec)
		}
	}
	return specs
}

// withImports makes an edit, and adds the imports that it needs and the file lacks.
// Imports that are no longer needed become comments.
func (s *source) withImports(name string, e edit, specs []*ast.ImportSpec, restore func(string) string) (string, error) {
	var missing strings.Builder
	for _, spec := range specs {
		has := slices.ContainsFunc(s.file.Imports, func(o *ast.ImportSpec) bool { return importName(o) == importName(spec) })
		if !has {
			line := restore(spec.Path.Value)
			if spec.Name != nil {
				line = spec.Name.Name + " " + line
			}
			missing.WriteString("\n\nimport " + line)
		}
	}
	edits := []edit{e}
	if missing.Len() > 0 {
		at := s.offset(s.file.Name.End())
		edits = append(edits, edit{at, at, missing.String()})
	}
	made, err := parse(name, apply(s.text, edits))
	if err != nil {
		return "", err
	}
	return made.withoutUnused(), nil
}

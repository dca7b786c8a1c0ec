package exercise

import (
	"cmp"
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// source is a Go file that has been parsed, and its text.
type source struct {
	text string
	set  *token.FileSet
	file *ast.File
}

// parse reads a Go file. The error is one line with the file's name and the
// place of the mistake.
func parse(name, text string) (*source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if list, ok := errors.AsType[scanner.ErrorList](err); ok {
		return nil, list[0]
	}
	if err != nil {
		return nil, err
	}
	return &source{text, set, file}, nil
}

// offset is a place in the text.
func (s *source) offset(at token.Pos) int { return s.set.PositionFor(at, false).Offset }

// line is a place's line.
func (s *source) line(at token.Pos) int { return s.set.PositionFor(at, false).Line }

// between is the text from one place to another.
func (s *source) between(from, to token.Pos) string { return s.text[s.offset(from):s.offset(to)] }

// functions returns what the file declares: Store.Put for a method, jitter for
// a function.
func (s *source) functions() map[string]*ast.FuncDecl {
	all := make(map[string]*ast.FuncDecl)
	for _, decl := range s.file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil && f.Name.Name != "_" && f.Name.Name != "init" {
			all[stages.NameOf(f)] = f
		}
	}
	return all
}

// begin is where a declaration with its doc comment begins.
func begin(f *ast.FuncDecl) token.Pos {
	if f.Doc != nil {
		return f.Doc.Pos()
	}
	return f.Pos()
}

// whole is a function's text, its doc comment included.
func (s *source) whole(f *ast.FuncDecl) string { return s.between(begin(f), f.End()) }

// edit replaces a part of a text.
type edit struct {
	from, to int
	text     string
}

// apply makes edits that do not overlap.
func apply(text string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(b.from, a.from) })
	for _, e := range edits {
		text = text[:e.from] + e.text + text[e.to:]
	}
	return text
}

// versionElement matches the last element of an import path that is no name.
var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// importName is the name under which a file uses an import.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	full, _ := strconv.Unquote(spec.Path.Value) // it has been parsed
	if base := path.Base(full); !versionElement.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(full))
}

// packagesIn returns the names that a part of a file uses as packages: the left sides of
// selectors that nothing in the file declares.
func (s *source) packagesIn(node ast.Node) map[string]bool {
	free := make(map[*ast.Ident]bool)
	for _, ident := range s.file.Unresolved {
		free[ident] = true
	}
	used := make(map[string]bool)
	ast.Inspect(node, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if ident, ok := selector.X.(*ast.Ident); ok && free[ident] {
				used[ident.Name] = true
			}
		}
		return true
	})
	return used
}

// unused returns the imports that nothing in the file needs.
func (s *source) unused() []*ast.ImportSpec {
	used := s.packagesIn(s.file)
	var specs []*ast.ImportSpec
	for _, spec := range s.file.Imports {
		if name := importName(spec); name != "_" && name != "." && !used[name] {
			specs = append(specs, spec)
		}
	}
	return specs
}

// withoutUnused returns the text with every unused import turned into a comment. So the
// text compiles, and shows whoever writes the blank functions which imports the reference
// uses.
func (s *source) withoutUnused() string {
	var edits []edit
	for _, spec := range s.unused() {
		from, to := spec.Pos(), spec.End()
		for _, decl := range s.file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT && !d.Lparen.IsValid() && d.Specs[0] == spec {
				from = d.Pos()
			}
		}
		edits = append(edits, edit{s.offset(from), s.offset(to), "// " + strings.TrimSpace(s.between(from, to))})
	}
	return apply(s.text, edits)
}

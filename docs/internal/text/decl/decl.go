// Package decl finds a declaration in a Go file by its name, and gives its
// source as it stands there, doc comment included.
//
// The one rule: the lines of the file, byte for byte. Nothing is formatted anew,
// so a reader who opens the file finds what the text shows.
package decl

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text/near"
)

// Decl is a declaration. Names that stand in one group, as the constants of an
// enumeration do, share it.
type Decl struct {
	Names     []string // Store.Put for a method
	Line      int      // its first line in the file, doc comment included
	Text      string   // whole lines, without the last line end
	Signature string   // Text without the body of a function; Text for everything else
}

// NotFoundError is the error for a name that a file does not declare.
type NotFoundError struct {
	Name string
	Near string // the name that is most like it; empty when the file declares nothing
}

func (e *NotFoundError) Error() string {
	if e.Near == "" {
		return fmt.Sprintf("no declaration %s, and no other", e.Name)
	}
	return fmt.Sprintf("no declaration %s; did you mean %s?", e.Name, e.Near)
}

// Find returns the declaration of a name: a function, a type, a constant, a variable, or
// a method as Type.Method. If there is none, it returns a *NotFoundError.
func Find(source, name string) (Decl, error) {
	all, err := All(source)
	if err != nil {
		return Decl{}, err
	}
	var names []string
	for _, d := range all {
		if slices.Contains(d.Names, name) {
			return d, nil
		}
		names = append(names, d.Names...)
	}
	return Decl{}, &NotFoundError{name, near.Name(name, names)}
}

// All returns what a Go file declares, in its order, imports aside.
func All(source string) ([]Decl, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	l := lines{source, files.File(file.Pos())}
	var all []Decl
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			all = append(all, l.function(d))
		case *ast.GenDecl:
			if d.Tok != token.IMPORT {
				all = append(all, l.group(d))
			}
		}
	}
	return all, nil
}

// lines gives the lines of a source by the positions of its syntax tree.
type lines struct {
	source string
	file   *token.File
}

// whole returns the lines from one position to another, both included.
func (l lines) whole(from, to token.Pos) string {
	first := l.file.Offset(l.file.LineStart(l.file.Line(from)))
	last := len(l.source)
	if line := l.file.Line(to); line < l.file.LineCount() {
		last = l.file.Offset(l.file.LineStart(line + 1))
	}
	text := strings.ReplaceAll(l.source[first:last], "\r\n", "\n")
	return strings.TrimRight(text, "\n")
}

func (l lines) function(f *ast.FuncDecl) Decl {
	from := f.Pos()
	if f.Doc != nil {
		from = f.Doc.Pos()
	}
	d := Decl{Names: []string{stages.NameOf(f)}, Line: l.file.Line(from), Text: l.whole(from, f.End()-1)}
	d.Signature = d.Text
	if f.Body != nil {
		head := l.source[l.file.Offset(l.file.LineStart(d.Line)):l.file.Offset(f.Body.Lbrace)]
		d.Signature = strings.TrimRight(strings.ReplaceAll(head, "\r\n", "\n"), " ")
	}
	return d
}

func (l lines) group(g *ast.GenDecl) Decl {
	from := g.Pos()
	if g.Doc != nil {
		from = g.Doc.Pos()
	}
	text := l.whole(from, g.End()-1)
	d := Decl{Line: l.file.Line(from), Text: text, Signature: text}
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			d.Names = append(d.Names, s.Name.Name)
		case *ast.ValueSpec:
			for _, name := range s.Names {
				d.Names = append(d.Names, name.Name)
			}
		}
	}
	return d
}

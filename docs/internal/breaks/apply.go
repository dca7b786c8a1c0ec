package breaks

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"

	"example.com/workshop/docs/internal/stages"
)

// Apply returns a file's text in which each declaration of source replaces the one of the
// same name, or is added at the end if there is none. A declaration without a doc comment
// keeps the one in the file. Imports are added and removed as the declarations need them.
// It is an error if nothing is replaced.
func Apply(text, source string) (string, error) {
	was, err := read(text)
	if err != nil {
		return "", err
	}
	is, err := read(source)
	if err != nil {
		return "", err
	}
	if was.tree.Name.Name != is.tree.Name.Name {
		return "", fmt.Errorf("it is of package %s, and the file is of package %s", is.tree.Name.Name, was.tree.Name.Name)
	}
	var edits []edit
	replaces := false
	for _, with := range is.declarations() {
		of := was.declarations()
		i := slices.IndexFunc(of, func(d declaration) bool { return d.name == with.name })
		if i < 0 {
			edits = append(edits, edit{len(text), len(text), "\n" + source[with.doc:with.end] + "\n"})
			continue
		}
		replaces = true
		there := of[i]
		edits = append(edits, edit{there.from, there.to, source[with.from:with.to]})
		if with.doc < with.start {
			edits = append(edits, edit{there.doc, there.start, source[with.doc:with.start]})
		}
	}
	if !replaces {
		return "", errors.New("it declares nothing that the file does")
	}
	changed, err := read(apply(text, edits))
	if err != nil {
		return "", err
	}
	result, err := format.Source([]byte(changed.withImports(is)))
	return string(result), err
}

// file is a Go file that has been parsed.
type file struct {
	text string
	set  *token.FileSet
	tree *ast.File
}

func read(text string) (file, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, "", text, parser.ParseComments|parser.SkipObjectResolution)
	return file{text, set, tree}, err
}

// at returns the offset of a position in the text.
func (f file) at(pos token.Pos) int { return f.set.Position(pos).Offset }

// edit replaces the text between two offsets.
type edit struct {
	from, to int
	text     string
}

func apply(text string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return b.from - a.from }) // from the end, so that offsets stay true
	for _, e := range edits {
		text = text[:e.from] + e.text + text[e.to:]
	}
	return text
}

// declaration is a function, a method, or one type, constant or variable.
type declaration struct {
	name       string // Store.find for a method
	doc, start int    // from where to where its doc comment stands; the same if it has none
	from, to   int    // where it stands, without a keyword such as const
	end        int    // where it ends, with what a keyword groups
}

func (f file) declarations() []declaration {
	var all []declaration
	for _, decl := range f.tree.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			all = append(all, f.declaration(stages.NameOf(decl), decl, decl, decl.Doc))
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				var name string
				var whole ast.Node = decl
				doc := decl.Doc
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					name = spec.Name.Name
					if decl.Lparen.IsValid() {
						whole, doc = spec, spec.Doc
					}
				case *ast.ValueSpec:
					name = spec.Names[0].Name
					if decl.Lparen.IsValid() {
						whole, doc = spec, spec.Doc
					}
				default:
					continue
				}
				all = append(all, f.declaration(name, whole, spec, doc))
			}
		}
	}
	return all
}

// declaration describes what whole declares: node, which is whole without its
// keyword, under a doc comment or none.
func (f file) declaration(name string, whole, node ast.Node, doc *ast.CommentGroup) declaration {
	d := declaration{name: name, start: f.at(whole.Pos()), from: f.at(node.Pos()), to: f.at(node.End()), end: f.at(whole.End())}
	d.doc = d.start
	if doc != nil {
		d.doc = f.at(doc.Pos())
	}
	return d
}

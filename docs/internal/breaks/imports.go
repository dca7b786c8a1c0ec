package breaks

import (
	"go/ast"
	"path"
	"regexp"
	"strconv"
)

// withImports returns f's text without the imports that it does not use, and
// with those of other that it does.
func (f file) withImports(other file) string {
	used := make(map[string]bool) // the names before a dot
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok {
				used[name.Name] = true
			}
		}
		return true
	})
	var edits []edit
	has := make(map[string]bool)
	for _, spec := range f.tree.Imports {
		if used[importName(spec)] {
			has[importName(spec)] = true
			continue
		}
		from, to := f.at(spec.Pos()), f.at(spec.End())
		edits = append(edits, edit{from, to, ""})
		for _, decl := range f.tree.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && len(d.Specs) == 1 && d.Specs[0] == spec {
				edits[len(edits)-1] = edit{f.at(d.Pos()), f.at(d.End()), ""}
			}
		}
	}
	for _, spec := range other.tree.Imports {
		if name := importName(spec); used[name] && !has[name] {
			end := f.at(f.tree.Name.End()) // of the package clause
			edits = append(edits, edit{end, end, "\nimport " + other.text[other.at(spec.Pos()):other.at(spec.End())] + "\n"})
		}
	}
	return apply(f.text, edits)
}

// version matches the last part of a module's path from its second version on.
var version = regexp.MustCompile(`^v[0-9]+$`)

// importName is the name under which a file uses an import: its own, or by
// custom the last part of the path.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	name, _ := strconv.Unquote(spec.Path.Value) // the parser has looked at it
	if version.MatchString(path.Base(name)) {
		name = path.Dir(name)
	}
	return path.Base(name)
}

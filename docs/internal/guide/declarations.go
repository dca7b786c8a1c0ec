package guide

import (
	"go/ast"
	"go/parser"
	"go/token"

	"example.com/workshop/docs/internal/stages"
)

// declarations returns the names of what a Go file declares, methods with their
// type as Store.Put, by the line on which each begins.
func declarations(text string) map[int]string {
	names := make(map[int]string)
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.SkipObjectResolution)
	if err != nil {
		return names
	}
	put := func(n ast.Node, name string) {
		if name != "_" && name != "init" { // a file may have several of these
			names[files.Position(n.Pos()).Line] = name
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			put(d, stages.NameOf(d))
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					put(s, s.Name.Name)
				case *ast.ValueSpec:
					put(s, s.Names[0].Name)
				}
			}
		}
	}
	return names
}

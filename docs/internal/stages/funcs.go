package stages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Func is a function or method as a file declares it.
type Func struct {
	Name  string // jitter, or Store.Put for a method
	Doc   string
	Text  string // from func to the closing brace
	Lines int    // of Text
}

// Funcs returns the functions and methods that a Go file declares, in its
// order. A text that does not parse has none.
func Funcs(text string) []Func {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var all []Func
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from, to := files.Position(f.Pos()), files.Position(f.End())
		all = append(all, Func{NameOf(f), f.Doc.Text(), text[from.Offset:to.Offset], to.Line - from.Line + 1})
	}
	return all
}

// NameOf is how the manifest calls a function.
func NameOf(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	return receiver(f.Recv.List[0].Type) + "." + f.Name.Name
}

// receiver is the name of a method's type, without star and type parameters.
func receiver(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// Declaring returns the files of a tree that declare a function of that name
// outside of tests, sorted.
func (t Tree) Declaring(name string) []string {
	var found []string
	for _, file := range slices.Sorted(maps.Keys(t)) {
		if path.Ext(file) == ".go" && !IsTest(file) && slices.ContainsFunc(Funcs(t[file]), func(f Func) bool { return f.Name == name }) {
			found = append(found, file)
		}
	}
	return found
}

// testName matches the functions that go test runs, the set-up aside.
var testName = regexp.MustCompile(`^(Test|Benchmark|Fuzz|Example)([^a-z].*)?$`)

// Tests returns the test functions of a tree, named with their folder as
// GoneTest says, and the file in which each stands.
func (t Tree) Tests() map[string]string {
	tests := make(map[string]string)
	for file, text := range t {
		if !strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, f := range Funcs(text) {
			if testName.MatchString(f.Name) && f.Name != "TestMain" {
				tests[path.Join(path.Dir(file), f.Name)] = file
			}
		}
	}
	return tests
}

package exercise

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// writeMe begins what the body of a blank function panics with. A zero result
// would not do: it can keep a loop spinning.
const writeMe = "write me: "

// BlankFile returns a Go file in which the functions of those names are blank: doc
// comment and signature stay, the body panics with "write me: " and the name.
// Imports that only the bodies needed become comments.
func BlankFile(name, text string, functions []string) (string, error) {
	s, err := parse(name, text)
	if err != nil {
		return "", err
	}
	var edits []edit
	for called, f := range s.functions() {
		if slices.Contains(functions, called) {
			edits = append(edits, edit{s.offset(f.Body.Pos()), s.offset(f.Body.End()), blankBody(called)})
		}
	}
	if len(edits) == 0 {
		return text, nil
	}
	if s, err = parse(name, apply(text, edits)); err != nil {
		return "", err
	}
	return s.withoutUnused(), nil
}

func blankBody(name string) string { return "{\n\tpanic(" + strconv.Quote(writeMe+name) + ")\n}" }

// isBlank says that nobody has written the function yet.
func isBlank(f *ast.FuncDecl) bool {
	if len(f.Body.List) != 1 {
		return false
	}
	statement, ok := f.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := statement.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	called, ok := call.Fun.(*ast.Ident)
	literal, is := call.Args[0].(*ast.BasicLit)
	if !ok || !is || called.Name != "panic" || literal.Kind != token.STRING {
		return false
	}
	said, _ := strconv.Unquote(literal.Value) // it has been parsed
	return strings.HasPrefix(said, writeMe)
}

package exercise

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// writeMe is the beginning of a blank function's panic. A zero result instead could keep
// a loop spinning.
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

// isBlank reports whether the function is still blank.
func isBlank(f *ast.FuncDecl) bool {
	if len(f.Body.List) != 1 {
		return false
	}
	statement, ok := f.Body.List[0].(*ast.ExprStmt)
	return ok && strings.HasPrefix(panicsWith(statement.X), writeMe)
}

// unwritten matches the beginning of a panic where something is still to be written: the
// text of a blank function, and texts that editors leave and people type.
var unwritten = regexp.MustCompile(`(?i)^(` + writeMe + `|todo|fixme|(not |un)implemented|implement me)`)

// missing returns the panic text of a function that is not finished, or "" if it has
// none.
func missing(f *ast.FuncDecl) (text string) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && text == "" && unwritten.MatchString(panicsWith(e)) {
			text = panicsWith(e)
		}
		return text == ""
	})
	return text
}

// panicsWith returns the text with which an expression panics, if it does.
func panicsWith(e ast.Expr) string {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return ""
	}
	called, ok := call.Fun.(*ast.Ident)
	literal, is := call.Args[0].(*ast.BasicLit)
	if !ok || !is || called.Name != "panic" || literal.Kind != token.STRING {
		return ""
	}
	said, _ := strconv.Unquote(literal.Value) // it has been parsed
	return said
}

package guide

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
)

// anchors names headings and blocks of code as Git hosts do, so that a link to
// one leads there in both places.
type anchors map[string]int

// Generate implements goldmark's parser.IDs.
func (a anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	return []byte(a.next(slug(string(value))))
}

// Put implements goldmark's parser.IDs.
func (a anchors) Put(value []byte) { a[string(value)]++ }

// next makes a name unique.
func (a anchors) next(name string) string {
	n := a[name]
	a[name]++
	if n == 0 {
		return name
	}
	return a.next(name + "-" + strconv.Itoa(n))
}

// slug keeps letters and digits of any script, hyphens and underscores, and
// makes hyphens of spaces.
func slug(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return '-'
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(text))
}

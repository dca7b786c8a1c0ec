package guide

import (
	"html"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// highlighted keeps the lines of texts, since neighbouring stages share most of theirs.
var highlighted cache[[]string]

// highlight returns the lines of a text as HTML, coloured as code of a language.
// Each line is whole in itself. A language that nobody knows has no colours.
func highlight(language, text string) []string {
	lines, _ := highlighted.get(language+"\n"+text, func() ([]string, error) {
		return colour(language, strings.TrimSuffix(text, "\n")), nil
	})
	return lines
}

func colour(language, text string) []string {
	lexer := lexers.Get(language)
	if lexer == nil || len(text) > maxHighlighted {
		return strings.Split(html.EscapeString(text), "\n")
	}
	tokens, err := lexer.Tokenise(nil, text)
	if err != nil {
		return strings.Split(html.EscapeString(text), "\n")
	}
	var w lineWriter
	for token := range tokens.Stdlib() {
		w.write(classOf(token.Type), token.Value)
	}
	return w.end(strings.Count(text, "\n") + 1)
}

// maxHighlighted bounds the bytes of a text that gets colours. A longer text was written
// by a program, and its page would be too large.
const maxHighlighted = 64 << 10

// classOf returns the class of a token; few are told apart, so that the eye
// finds its way, and pages stay small.
func classOf(t chroma.TokenType) string {
	switch {
	case t == chroma.KeywordType || t == chroma.NameClass:
		return "t"
	case t == chroma.NameFunction:
		return "f"
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InCategory(chroma.Literal):
		return "m"
	}
	return ""
}

// lineWriter writes tokens as lines. A span ends with its line, and neighbours
// of one class share a span.
type lineWriter struct {
	lines []string
	line  strings.Builder
	class string // of the span that is open; empty if none is
}

func (w *lineWriter) write(class, text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			w.newline()
		}
		if part == "" {
			continue
		}
		if class != w.class && strings.TrimSpace(part) != "" {
			w.close()
			if class != "" {
				w.line.WriteString(`<span class=` + class + `>`)
			}
			w.class = class
		}
		w.line.WriteString(html.EscapeString(part))
	}
}

func (w *lineWriter) close() {
	if w.class != "" {
		w.line.WriteString("</span>")
		w.class = ""
	}
}

func (w *lineWriter) newline() {
	w.close()
	w.lines = append(w.lines, w.line.String())
	w.line.Reset()
}

// end returns count lines: a lexer may add a line end to the text or drop one.
func (w *lineWriter) end(count int) []string {
	w.newline()
	for len(w.lines) < count {
		w.lines = append(w.lines, "")
	}
	return w.lines[:count]
}

package guide

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
)

// section is what stands below one heading, for the search.
type section struct {
	url     string
	page    string // the title of its page
	heading string // empty above the first one
	text    string
	lower   string // heading and text in lower case
}

// sectionsOf cuts a Markdown tree at its headings. The sections know no address
// yet, only its last part.
func sectionsOf(tree ast.Node, source []byte, title string) []section {
	var all []section
	now := section{page: title}
	var text strings.Builder
	end := func() {
		now.text = strings.Join(strings.Fields(text.String()), " ")
		if now.text != "" || now.heading != "" {
			all = append(all, now)
		}
		text.Reset()
	}
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch b := n.(type) {
		case *ast.Heading:
			end()
			now = section{page: title, heading: plain(b, source)}
			if b.Level > 1 {
				now.url = "#" + idOf(b)
			}
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			text.Write(n.Lines().Value(source))
		case *ast.Paragraph, *ast.TextBlock:
			text.WriteString(plain(b, source))
		default:
			if n.Kind().String() != "TableCell" {
				return ast.WalkContinue, nil
			}
			text.WriteString(plain(n, source))
		}
		text.WriteByte(' ')
		return ast.WalkSkipChildren, nil
	})
	end()
	return all
}

// indexOnce is all that a search looks through, made when it is first needed.
type indexOnce struct {
	once     sync.Once
	sections []section
	err      error
}

// sections returns all that a search looks through: the chapters, the READMEs
// and the steps of the manifest.
func (g *Guide) sections() ([]section, error) {
	g.index.once.Do(func() { g.index.sections, g.index.err = g.readSections() })
	return g.index.sections, g.index.err
}

func (g *Guide) readSections() ([]section, error) {
	var files []string
	for _, l := range g.languages {
		for _, p := range l.pages {
			files = append(files, p.path)
		}
	}
	slices.Sort(files)
	files = append(files, "README.md", "CONTRIBUTING.md")
	for _, s := range g.stages {
		files = append(files, s.Dir+"/README.md")
	}
	var all []section
	for _, file := range files {
		doc, err := g.document(file)
		if isNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, s := range doc.sections {
			s.url = "/" + file + s.url
			all = append(all, s)
		}
	}
	for _, s := range g.stages {
		for i, step := range s.Steps() {
			words := append([]string{step.Why, step.Try}, step.Write...)
			all = append(all, section{
				url: stepURL(s.Number, i+1), page: s.Dir, heading: step.Title,
				text: strings.Join(strings.Fields(strings.Join(words, " ")), " "),
			})
		}
	}
	for i := range all {
		all[i].lower = strings.ToLower(all[i].heading + "\n" + all[i].text)
	}
	return all, nil
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// Found is a place that a search has found.
type Found struct {
	URL     string
	Page    string
	Heading string
	Text    []Piece // around the first hit
}

// Piece is a part of a text; Hit says that it is what was searched for.
type Piece struct {
	Text string
	Hit  bool
}

// maxFound is the most places that a search shows.
const maxFound = 40

// find returns the places that hold all the words of a query, the best first: a
// heading counts more than a text, and a text counts by how often it says them.
func find(sections []section, query string) []Found {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return nil
	}
	type hit struct {
		section
		score int
	}
	var hits []hit
	for _, s := range sections {
		score := 0
		for _, word := range words {
			n := strings.Count(s.lower, word)
			if n == 0 {
				score = 0
				break
			}
			score += min(n, 5)
			if strings.Contains(strings.ToLower(s.heading), word) {
				score += 10
			}
		}
		if score > 0 {
			hits = append(hits, hit{s, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	var found []Found
	for _, h := range hits[:min(len(hits), maxFound)] {
		found = append(found, Found{URL: h.url, Page: h.page, Heading: h.heading, Text: excerpt(h.text, words)})
	}
	return found
}

// excerpt is a piece of text around the first of the words, with all of them
// marked.
func excerpt(text string, words []string) []Piece {
	const before, after = 60, 180
	runes := []rune(text)
	lower := []rune(strings.ToLower(text))
	if len(lower) != len(runes) {
		lower = runes // a letter that changes its length in lower case; then case counts
	}
	at := func(from int) (int, int) {
		for i := from; i < len(lower); i++ {
			for _, word := range words {
				w := []rune(word)
				if i+len(w) <= len(lower) && string(lower[i:i+len(w)]) == word {
					return i, i + len(w)
				}
			}
		}
		return -1, -1
	}
	first, _ := at(0)
	from := max(0, first-before)
	for from > 0 && from < first && runes[from-1] != ' ' {
		from++
	}
	to := min(len(runes), max(first, 0)+after)
	var pieces []Piece
	if from > 0 {
		pieces = append(pieces, Piece{Text: "… "})
	}
	for from < to {
		begin, end := at(from)
		if begin < 0 || begin >= to {
			pieces = append(pieces, Piece{Text: string(runes[from:to])})
			break
		}
		if begin > from {
			pieces = append(pieces, Piece{Text: string(runes[from:begin])})
		}
		pieces = append(pieces, Piece{Text: string(runes[begin:end]), Hit: true})
		from = end
	}
	if to < len(runes) {
		pieces = append(pieces, Piece{Text: " …"})
	}
	return pieces
}

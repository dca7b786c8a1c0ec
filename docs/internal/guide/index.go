package guide

import (
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

// indexOnce is everything that a search looks through, made on first use.
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

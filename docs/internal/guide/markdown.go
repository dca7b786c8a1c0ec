package guide

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	mdhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"example.com/workshop/docs/internal/stages"
)

// document is a Markdown file as it is shown.
type document struct {
	Title    string
	HTML     template.HTML
	Headings []heading // of the second and third level
	Diagrams bool      // it has a Mermaid diagram
	sections []section
}

// heading is a heading of a document.
type heading struct {
	Level int
	ID    string
	Text  string
}

// rendering draws one Markdown file.
type rendering struct {
	words   words
	stages  []stages.Stage
	stage   int    // the stage of which it is a chapter, or 0
	lab     string // the lab's address; empty if there is none
	anchors anchors
	source  []byte
	doc     *document
}

// render draws a Markdown text; stage says whose chapter it is, and lab where the
// lab is.
func render(markdown []byte, name string, stage int, words words, all []stages.Stage, lab string) (*document, error) {
	markdown = bytes.ReplaceAll(markdown, []byte("\r\n"), []byte("\n")) // as git writes it on Windows
	r := &rendering{
		words: words, stages: all, stage: stage, lab: lab, anchors: make(anchors), source: markdown,
		doc: &document{Title: titleOf(string(markdown), name)},
	}
	md := goldmark.New(
		goldmark.WithExtensions(
			extension.Linkify, extension.Strikethrough, extension.TaskList,
			// A style in the page would break its own content security policy.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(
			mdhtml.WithUnsafe(), // folded answers are HTML, and all texts are the workshop's own
			renderer.WithNodeRenderers(util.Prioritized(r, 100)),
		),
	)
	tree := md.Parser().Parse(text.NewReader(markdown), parser.WithContext(parser.NewContext(parser.WithIDs(r.anchors))))
	r.outline(tree)
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, markdown, tree); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r.doc.HTML = template.HTML(out.String())
	r.doc.sections = sectionsOf(tree, markdown, r.doc.Title)
	return r.doc, nil
}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (r *rendering) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, r.heading)
	reg.Register(ast.KindFencedCodeBlock, r.fenced)
	reg.Register(ast.KindCodeBlock, r.indented)
	reg.Register(ast.KindHTMLBlock, r.htmlBlock)
	reg.Register(ast.KindRawHTML, r.rawHTML)
	reg.Register(east.KindTable, r.table)
	reg.Register(east.KindTaskCheckBox, r.checkBox)
}

// outline records the headings for the page's table of contents.
func (r *rendering) outline(tree ast.Node) {
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && (h.Level == 2 || h.Level == 3) {
			r.doc.Headings = append(r.doc.Headings, heading{Level: h.Level, ID: idOf(h), Text: plain(h, r.source)})
		}
	}
}

func idOf(n ast.Node) string {
	id, _ := n.AttributeString("id")
	name, _ := id.([]byte)
	return string(name)
}

// plain is the text of a node without its marks.
func plain(n ast.Node, source []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch t := n.(type) {
		case *ast.Text:
			out.Write(t.Value(source))
			if t.SoftLineBreak() || t.HardLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(t.Value)
		case *ast.AutoLink:
			out.Write(t.Label(source))
		}
		return ast.WalkContinue, nil
	})
	return html.UnescapeString(out.String())
}

// heading draws a heading with a link to itself. Below it is a link to the diff of the
// step that it is named for, or else of those that its section asks the reader to write.
func (r *rendering) heading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	id, title := html.EscapeString(idOf(h)), plain(h, r.source)
	if entering {
		fmt.Fprintf(w, `<h%d id="%s">`, h.Level, id)
		return ast.WalkContinue, nil
	}
	if h.Level > 1 {
		fmt.Fprintf(w, ` <a class="anchor" href="#%s" aria-label="%s">#</a>`, id, html.EscapeString(r.words.say("link-to", title)))
	}
	fmt.Fprintf(w, "</h%d>\n", h.Level)
	numbers := r.stepsBelow(h)
	if number := r.stepNamed(title); number > 0 {
		numbers = []int{number}
	}
	for _, number := range numbers {
		r.stepLink(w, number)
	}
	return ast.WalkContinue, nil
}

// table makes a wide table scroll on its own, not the whole page.
func (r *rendering) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		fmt.Fprintf(w, `<div class="scroll" role="group" aria-label="%s" tabindex="0"><table>`+"\n", html.EscapeString(r.words.say("table")))
	} else {
		_, _ = w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

// checkBox draws a box as a sign, since nobody can tick it.
func (r *rendering) checkBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		sign := "☐ "
		if n.(*east.TaskCheckBox).IsChecked {
			sign = "☑ "
		}
		_, _ = w.WriteString(sign)
	}
	return ast.WalkContinue, nil
}

package guide

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// serveFile shows a file of the repository: Markdown as a page, a folder as a
// list, everything else as a source.
func (g *Guide) serveFile(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(r.PathValue("path"), "/")
	if !shown(name) {
		g.fail(w, r, fs.ErrNotExist)
		return
	}
	if path.Ext(name) == ".md" {
		g.serveDocument(w, r, name)
		return
	}
	info, err := g.root.Stat(name)
	switch {
	case err != nil:
		g.fail(w, r, err)
	case info.IsDir() && !strings.HasSuffix(r.URL.Path, "/"):
		http.Redirect(w, r, "/"+name+"/", http.StatusMovedPermanently) // so that relative links lead into it
	case info.IsDir():
		g.serveFolder(w, r, name)
	default:
		g.serveSource(w, r, name)
	}
}

// shown reports whether a path of the repository may be shown: hidden files and folders
// may not.
func shown(name string) bool {
	hidden := func(element string) bool { return strings.HasPrefix(element, ".") }
	return fs.ValidPath(name) && !slices.ContainsFunc(strings.Split(name, "/"), hidden)
}

// document reads and draws a Markdown file: of docs as it was built in, of other
// folders as it is.
func (g *Guide) document(name string) (*document, error) {
	l, stage := g.languageOf(name), g.stageOf(name)
	if inDocs, ok := strings.CutPrefix(name, "docs/"); ok {
		return g.documents.get(name, func() (*document, error) {
			text, err := fs.ReadFile(g.docs, inDocs)
			if err != nil {
				return nil, err
			}
			return render(text, name, stage, l.words, g.stages, g.labURL())
		})
	}
	text, err := g.root.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return render(text, name, stage, l.words, g.stages, g.labURL())
}

// languageOf returns the language of a file: a folder of docs may have its own.
func (g *Guide) languageOf(name string) *language {
	if rest, ok := strings.CutPrefix(name, "docs/"); ok {
		if folder, _, ok := strings.Cut(rest, "/"); ok && g.languages[folder] != nil {
			return g.languages[folder]
		}
	}
	return g.languages[""]
}

// stageOf returns the number of the stage whose chapter or README a file is; 0
// if it is none.
func (g *Guide) stageOf(name string) int {
	for _, s := range g.stages {
		if name == s.Dir+"/README.md" {
			return s.Number
		}
	}
	for _, p := range g.languageOf(name).pages {
		if p.path == name {
			return p.stage
		}
	}
	return 0
}

func (g *Guide) serveDocument(w http.ResponseWriter, r *http.Request, name string) {
	doc, err := g.document(name)
	if err != nil {
		g.fail(w, r, err)
		return
	}
	l := g.languageOf(name)
	v := view{Title: doc.Title, Headings: doc.Headings, Diagrams: doc.Diagrams, Body: doc, Stage: g.stageOf(name)}
	v.follow(l.contents(g), "/"+name)
	g.draw(w, r, l, "document", v)
}

// folderBody is the page of a folder.
type folderBody struct {
	Path    string
	Entries []folderEntry
	Readme  *document // nil if it has none
}

type folderEntry struct {
	Name string
	Dir  bool
}

func (g *Guide) serveFolder(w http.ResponseWriter, r *http.Request, name string) {
	entries, err := fs.ReadDir(g.root.FS(), name)
	if err != nil {
		g.fail(w, r, err)
		return
	}
	body := folderBody{Path: name}
	for _, entry := range entries {
		if shown(entry.Name()) {
			body.Entries = append(body.Entries, folderEntry{entry.Name(), entry.IsDir()})
		}
	}
	if doc, err := g.document(path.Join(name, "README.md")); err == nil {
		body.Readme = doc
	}
	v := view{Title: name + "/", Body: body, Diagrams: body.Readme != nil && body.Readme.Diagrams}
	g.draw(w, r, g.languages[""], "folder", v)
}

// sourceBody is the page of a source file.
type sourceBody struct {
	Path  string
	Lines template.HTML
}

func (g *Guide) serveSource(w http.ResponseWriter, r *http.Request, name string) {
	text, err := g.root.ReadFile(name)
	if err != nil {
		g.fail(w, r, err)
		return
	}
	if bytes.IndexByte(text, 0) >= 0 || len(text) > maxSource {
		g.fail(w, r, fs.ErrNotExist) // a binary, which is nothing to read
		return
	}
	language := strings.TrimPrefix(path.Ext(name), ".")
	if strings.HasPrefix(path.Base(name), "go.") {
		language = ""
	}
	v := view{Title: path.Base(name), Body: sourceBody{name, sourceLines(language, string(text))}}
	g.draw(w, r, g.languages[""], "source", v)
}

// maxSource is the most bytes of a source that is shown: a page stays small.
const maxSource = 200 << 10

// sourceLines draws a source with an anchor for every line, as L12, and for
// every declaration of Go, as Store.Put.
func sourceLines(language, text string) template.HTML {
	names := make(map[int]string)
	if language == "go" {
		names = declarations(text)
	}
	var out strings.Builder
	for i, line := range highlight(language, strings.ReplaceAll(text, "\r\n", "\n")) {
		name := ""
		if decl := names[i+1]; decl != "" {
			name = fmt.Sprintf(`<b id="%s"></b>`, html.EscapeString(decl))
		}
		fmt.Fprintf(&out, "<span id=L%d>%s%s</span>\n", i+1, name, line)
	}
	return template.HTML(out.String())
}

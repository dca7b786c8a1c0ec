package guide

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"syscall"

	"example.com/workshop/docs/internal/stages"
)

//go:embed page
var pageFiles embed.FS

// templates are a language's pages, by name.
type templates map[string]*template.Template

// parseTemplates reads every page and puts it into the layout that all share.
func parseTemplates(words words) (templates, error) {
	funcs := template.FuncMap{
		"say":   words.say,
		"add":   func(a, b int) int { return a + b },
		"words": func(prefix string, key any) string { return words.say(prefix + fmt.Sprint(key)) },
	}
	layout, err := template.New("").Funcs(funcs).ParseFS(pageFiles, "page/layout.html", "page/part_*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(pageFiles, "page/*.html")
	if err != nil {
		return nil, err
	}
	all := make(templates)
	for _, name := range names {
		key := strings.TrimSuffix(strings.TrimPrefix(name, "page/"), ".html")
		if key == "layout" || strings.HasPrefix(key, "part_") {
			continue
		}
		page, err := template.Must(layout.Clone()).ParseFS(pageFiles, name)
		if err != nil {
			return nil, err
		}
		all[key] = page
	}
	return all, nil
}

// view is what a page shows.
type view struct {
	Title    string
	Stage    int // to which it belongs, or 0
	Body     any
	Headings []heading
	Diagrams bool     // it needs Mermaid
	Wide     bool     // it wants all the room there is
	InDiff   bool     // it shows what its stage changes
	Scripts  []string // further ones, by their address
	Query    string
	Prev     *entry
	Next     *entry

	// The fields that draw fills in.
	Language string
	Here     string
	Contents []entry
	Stages   []stages.Stage
	Mounted  []entry // by their prefix
	Other    []entry // the same page in other languages
}

// follow finds the pages before and after this one.
func (v *view) follow(all []entry, here string) {
	if at := slices.IndexFunc(all, func(e entry) bool { return e.URL == here }); at >= 0 {
		v.Prev, v.Next = around(all, at)
	}
}

func around(all []entry, at int) (prev, next *entry) {
	if at > 0 {
		prev = &all[at-1]
	}
	if at+1 < len(all) {
		next = &all[at+1]
	}
	return prev, next
}

// draw writes a page, or only its body if the request is for a fragment.
func (g *Guide) draw(w http.ResponseWriter, r *http.Request, l *language, name string, v view) {
	v.Language, v.Here, v.Stages = l.Tag, r.URL.Path, g.stages
	v.Contents = l.contents(g)
	for _, prefix := range g.mounted {
		v.Mounted = append(v.Mounted, entry{URL: g.mountedURL(prefix), Title: prefix})
	}
	v.Other = g.otherLanguages(l, r.URL.Path)
	part := "layout"
	if r.FormValue("fragment") != "" {
		part = "fragment"
	}
	var out bytes.Buffer
	if err := l.templates[name].ExecuteTemplate(&out, part, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	if v.Diagrams {
		head.Set("Content-Security-Policy", diagramPolicy)
	}
	_, _ = w.Write(out.Bytes())
}

// otherLanguages lists the same page in other languages.
func (g *Guide) otherLanguages(l *language, here string) []entry {
	var others []entry
	for folder, other := range g.languages {
		name := strings.TrimPrefix(here, "/docs/")
		name = strings.TrimPrefix(name, l.folder+"/")
		if folder != "" {
			name = folder + "/" + name
		}
		if other != l && slices.ContainsFunc(other.pages, func(p page) bool { return p.path == "docs/"+name }) {
			others = append(others, entry{URL: "/docs/" + name, Title: other.words.say("language")})
		}
	}
	slices.SortFunc(others, func(a, b entry) int { return strings.Compare(a.URL, b.URL) })
	return others
}

// Content is a page that a mounted handler draws.
type Content struct {
	Title   string
	Body    template.HTML
	Scripts []string // their addresses, such as /lab/lab.js
}

// Render draws a page of a mounted handler as the guide draws its own.
func (g *Guide) Render(w http.ResponseWriter, r *http.Request, c Content) {
	g.draw(w, r, g.languages[""], "mounted", view{Title: c.Title, Body: c.Body, Scripts: c.Scripts, Wide: true})
}

// fail shows on a page what went wrong: the thing does not exist, or it could not be
// read.
func (g *Guide) fail(w http.ResponseWriter, r *http.Request, err error) {
	l, status, text := g.languages[""], http.StatusInternalServerError, err.Error()
	if noSuchPath(err) {
		status, text = http.StatusNotFound, ""
	}
	key := fmt.Sprintf("error-%d", status)
	recorder := &statusWriter{ResponseWriter: w, status: status}
	g.draw(recorder, r, l, "error", view{Title: l.words.say(key), Body: text})
}

// noSuchPath reports whether an error means that a path of the repository cannot exist:
// it leads below a file or out of the repository, is too long, or has characters that no
// name may have.
func noSuchPath(err error) bool {
	for _, is := range []error{fs.ErrNotExist, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.EINVAL} {
		if errors.Is(err, is) {
			return true
		}
	}
	return strings.Contains(err.Error(), "escapes")
}

// statusWriter gives its first write a status.
type statusWriter struct {
	http.ResponseWriter
	status int
	sent   bool
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if !w.sent {
		w.sent = true
		w.WriteHeader(w.status)
	}
	return w.ResponseWriter.Write(p)
}

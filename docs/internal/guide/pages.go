package guide

import (
	"cmp"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// page is a Markdown file of the docs folder.
type page struct {
	path  string // in the repository, as docs/traps.md
	title string // its first heading
	stage int    // the stage of which it is a chapter, or 0
}

// url is where the page is served.
func (p page) url() string { return "/" + p.path }

// order is the reading order of the workshop. A name that ends in a dash stands for all
// that begin with it; other pages come last.
var order = []string{
	"README", "setup", "stage", "invariants", "pitfalls", "traps", "glossary", "registries", "fault-matrix", "instructor",
}

var chapterFile = regexp.MustCompile(`^stage(\d\d)-`)

// readPages lists the Markdown of a folder of docs in reading order.
func readPages(docs fs.FS, folder string) ([]page, error) {
	names, err := fs.Glob(docs, path.Join(folder, "*.md"))
	if err != nil {
		return nil, err
	}
	var pages []page
	for _, name := range names {
		text, err := fs.ReadFile(docs, name)
		if err != nil {
			return nil, err
		}
		p := page{path: "docs/" + name, title: titleOf(string(text), name)}
		if match := chapterFile.FindStringSubmatch(path.Base(name)); match != nil {
			p.stage, _ = strconv.Atoi(match[1]) // digits, as the pattern says
		}
		pages = append(pages, p)
	}
	slices.SortFunc(pages, func(a, b page) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.path, b.path))
	})
	return pages, nil
}

// rank is the page's place in the order.
func (p page) rank() int {
	name := strings.TrimSuffix(path.Base(p.path), ".md")
	if p.stage > 0 {
		name = "stage"
	}
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// titleOf returns the first heading of a Markdown text; without one, its name.
func titleOf(markdown, name string) string {
	for line := range strings.Lines(markdown) {
		if title, ok := strings.CutPrefix(line, "# "); ok {
			return strings.TrimSpace(title)
		}
	}
	return strings.TrimSuffix(path.Base(name), ".md")
}

// entry is a page in the contents.
type entry struct {
	URL   string
	Title string
	Stage int // the stage of which it is a chapter, or 0
}

// contents lists the pages in reading order. A stage without a chapter has its
// README there, and a docs folder without one the repository's.
func (l *language) contents(g *Guide) []entry {
	var all []entry
	add := func(p page) { all = append(all, entry{p.url(), p.title, p.stage}) }
	readme := func(file string, stage int) {
		if text, err := g.root.ReadFile(file); err == nil {
			add(page{path: file, title: titleOf(string(text), file), stage: stage})
		}
	}
	chapters := slices.Index(order, "stage")
	if !slices.ContainsFunc(l.pages, func(p page) bool { return p.rank() == 0 }) {
		readme("README.md", 0)
	}
	for _, p := range l.pages {
		if p.rank() < chapters {
			add(p)
		}
	}
	for _, s := range g.stages {
		found := false
		for _, p := range l.pages {
			if p.stage == s.Number {
				found = true
				add(p)
			}
		}
		if !found {
			readme(s.Dir+"/README.md", s.Number)
		}
	}
	for _, p := range l.pages {
		if p.rank() > chapters {
			add(p)
		}
	}
	return all
}

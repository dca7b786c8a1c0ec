package text

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// Page is a file of Markdown.
type Page struct {
	Path   string // below the repository, with slashes
	Text   string
	Blocks []Block
	// Prose is Text with every block blanked out, so that offsets in it are offsets in
	// the file.
	Prose string
}

// Parse reads a page's text.
func Parse(name, markdown string) Page {
	blocks, prose := blocks(markdown)
	return Page{Path: name, Text: markdown, Blocks: blocks, Prose: prose}
}

// Problem is a problem of the page at an offset of its text.
func (p Page) Problem(offset int, text string) Problem {
	return Problem{p.Path, p.line(offset), text}
}

// line is the number of the line, from 1, in which an offset lies.
func (p Page) line(offset int) int { return strings.Count(p.Text[:offset], "\n") + 1 }

// Dir is the folder in which a page's commands are run, and whose stage it is about. A
// stage's README and its chapters (docs/, the stage's folder, and anything after it)
// belong to the stage. Every other page belongs to the whole repository, whose folder is
// empty.
func (p Page) Dir(all []stages.Stage) string {
	for _, s := range all {
		if path.Dir(p.Path) == s.Dir || strings.HasPrefix(path.Base(p.Path), s.Dir) && strings.HasPrefix(p.Path, "docs/") {
			return s.Dir
		}
	}
	return ""
}

// Pages reads the Markdown of the repository: the pages at its top, those of the
// stages, and all in docs/ except for what lies in docs/internal.
func Pages(root string, all []stages.Stage) ([]Page, error) {
	names := []string{"README.md", "CONTRIBUTING.md"}
	for _, s := range all {
		names = append(names, s.Dir+"/README.md")
	}
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, "docs", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "docs/internal" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(name) == ".md":
			names = append(names, name)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var pages []Page
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		pages = append(pages, Parse(name, string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))))
	}
	slices.SortFunc(pages, func(a, b Page) int { return strings.Compare(a.Path, b.Path) })
	return pages, nil
}

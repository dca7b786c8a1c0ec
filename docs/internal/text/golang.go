package text

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/text/decl"
	"example.com/workshop/docs/internal/text/near"
)

// signature, as the last word behind a block's fence, leaves the bodies of
// functions out.
const signature = "signature"

// golang returns what a block of Go shows, by the words behind its fence:
//
//	go PATH DECL…            declarations of a file, by its path in the repository
//	go PATH DECL… signature  the same without the bodies of functions
//	go break:NAME DECL…      those of a break of the page's stage
//	go naive                 a mistake that stands nowhere else; it is not looked up
//
// Known is false for a block that is not looked up.
func (s source) golang(page Page, block Block) (text string, known bool, err error) {
	words := block.Words()[1:]
	switch {
	case len(words) == 0:
		return "", false, errors.New("a block of Go names a file and its declarations: go PATH NAME, or go naive")
	case words[0] == "naive" && len(words) == 1:
		return "", false, nil
	}
	file := words[0]
	if name, ok := strings.CutPrefix(file, "break:"); ok {
		if file, err = s.breakFile(page, name); err != nil {
			return "", false, err
		}
	}
	names, short := words[1:], false
	if len(names) > 0 && names[len(names)-1] == signature {
		names, short = names[:len(names)-1], true
	}
	if len(names) == 0 {
		return "", false, fmt.Errorf("it names no declaration of %s", words[0])
	}
	code, err := s.file(file)
	if err != nil {
		return "", false, err
	}
	text, err = declarations(code, names, short)
	if err != nil {
		return "", false, fmt.Errorf("%s: %w", file, err)
	}
	return text, true, nil
}

// declarations returns some declarations of a Go file, a blank line between any
// two.
func declarations(code string, names []string, short bool) (string, error) {
	var shown []string
	for _, name := range names {
		d, err := decl.Find(code, name)
		if err != nil {
			return "", err
		}
		text := d.Text
		if short {
			text = d.Signature
		}
		if !slices.Contains(shown, text) { // two names of one group
			shown = append(shown, text)
		}
	}
	return strings.Join(shown, "\n\n"), nil
}

// source finds what pages show in the repository root.
type source struct{ root string }

// file reads a file of the repository; the error names the nearest one.
func (s source) file(name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		if other := s.nearest(name); other != "" {
			return "", fmt.Errorf("no file %s; did you mean %s?", name, other)
		}
		return "", fmt.Errorf("no file %s", name)
	}
	return string(text), err
}

// nearest returns the file that may be meant by a path that does not exist: one of the
// same name in the folders above, or else the one with the most similar path below the
// first folder that exists.
func (s source) nearest(name string) string {
	var likely string
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		files := s.files(dir, path.Ext(name))
		namesakes := slices.Clone(files)
		namesakes = slices.DeleteFunc(namesakes, func(file string) bool { return path.Base(file) != path.Base(name) })
		if len(namesakes) > 0 {
			return near.Name(name, namesakes)
		}
		if likely == "" {
			likely = near.Name(name, files)
		}
		if dir == "." {
			return likely
		}
	}
}

// files lists the files below a folder whose names end in ext.
func (s source) files(dir, ext string) (files []string) {
	_ = fs.WalkDir(os.DirFS(s.root), dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // a folder that cannot be read holds no suggestion
		case entry.IsDir() && file != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(file) == ext:
			files = append(files, file)
		}
		return nil
	})
	return files
}

// breakFile returns the path of a break of the page's stage or, for a page without a
// stage, of the only stage that has a break of that name.
func (s source) breakFile(page Page, name string) (string, error) {
	stage := "*"
	if base := path.Base(page.Path); strings.HasPrefix(base, "stage") && len(base) >= len("stage00") {
		stage = base[:len("stage00")]
	}
	found, err := filepath.Glob(filepath.Join(s.root, "docs", "breaks", stage, name+".go"))
	if err != nil {
		return "", err
	}
	if len(found) == 1 {
		rel, err := filepath.Rel(s.root, found[0])
		return filepath.ToSlash(rel), err
	}
	if len(found) > 1 {
		return "", fmt.Errorf("several stages have a break %s", name)
	}
	all, err := filepath.Glob(filepath.Join(s.root, "docs", "breaks", stage, "*.go"))
	if err != nil {
		return "", err
	}
	var names []string
	for _, file := range all {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".go"))
	}
	if other := near.Name(name, names); other != "" {
		return "", fmt.Errorf("no break %s; did you mean %s?", name, other)
	}
	return "", fmt.Errorf("no break %s", name)
}

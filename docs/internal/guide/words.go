package guide

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

//go:embed words/*.json
var wordFiles embed.FS

// words are the texts of the pages outside of the chapters, by key. Each language has a
// file of them, so that a translator needs no Go.
type words map[string]string

// readWords reads the words of a language, such as en.
func readWords(files fs.FS, name string) (words, error) {
	text, err := fs.ReadFile(files, name+".json")
	if err != nil {
		return nil, err
	}
	var w words
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	return w, nil
}

// say returns the word for a key, with its arguments filled in. For a missing key it
// returns the key, so that the page can still be drawn.
func (w words) say(key string, args ...any) string {
	text, ok := w[key]
	if !ok {
		return key
	}
	if len(args) > 0 {
		return fmt.Sprintf(text, args...)
	}
	return text
}

// language is one language in which the guide can be read.
type language struct {
	Tag       string // as en
	folder    string // of its pages in docs; empty for the first one
	words     words
	templates templates
	pages     []page // in reading order
}

// readLanguages finds the languages of docs: the Markdown in the folder itself
// is English, and a folder whose name has a file of words is a further language.
func readLanguages(docs, files fs.FS) (map[string]*language, error) {
	if files == nil {
		files, _ = fs.Sub(wordFiles, "words") // its name is a valid one
	}
	all := make(map[string]*language)
	add := func(tag, folder string) error {
		words, err := readWords(files, tag)
		if err != nil {
			return err
		}
		l := &language{Tag: tag, folder: folder, words: words}
		if l.templates, err = parseTemplates(words); err != nil {
			return err
		}
		if l.pages, err = readPages(docs, folder); err != nil {
			return err
		}
		all[folder] = l
		return nil
	}
	if err := add("en", ""); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(docs, ".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := path.Base(entry.Name())
		if !entry.IsDir() {
			continue
		}
		if err := add(name, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return all, nil
}

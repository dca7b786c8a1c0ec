package text

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// Synced is a page, and what it should be.
type Synced struct {
	Page     Page
	Text     string    // the page with everything written anew that can be
	Stale    []Problem // what Text changes
	Problems []Problem // what cannot be looked up
}

// Sync looks up everything that the pages show of the repository root. It writes
// nothing.
func Sync(root string, all []stages.Stage, pages []Page) ([]Synced, error) {
	var synced []Synced
	figures := &figures{root: root, all: all}
	for _, page := range pages {
		s, err := sync(source{root}, figures, page)
		if err != nil {
			return nil, err
		}
		synced = append(synced, s)
	}
	return synced, nil
}

// edit replaces a part of a page.
type edit struct {
	from, to int
	text     string
}

func sync(source source, figures *figures, page Page) (Synced, error) {
	s := Synced{Page: page}
	var edits []edit
	for _, block := range page.Blocks {
		report := func(text string) { s.Problems = append(s.Problems, Problem{page.Path, block.Line, text}) }
		if block.Open {
			report("the block has no end")
			continue
		}
		if block.Kind() != "go" {
			continue
		}
		text, known, err := source.golang(page, block)
		if err != nil {
			report(err.Error())
		}
		if text = block.content(text); !known || text == page.Text[block.from:block.to] {
			continue
		}
		s.Stale = append(s.Stale, Problem{page.Path, block.Line, "the block is not what " + strings.Join(block.Words()[1:], " ") + " is now"})
		edits = append(edits, edit{block.from, block.to, text})
	}
	for _, place := range page.figures() {
		text, err := figures.text(place.key)
		if err != nil {
			s.Problems = append(s.Problems, page.Problem(place.from, err.Error()))
			continue
		}
		if old := page.Text[place.from:place.to]; text != old {
			what := "the table is not what " + place.key + " is now"
			if !strings.Contains(old+text, "\n") {
				what = "it says " + old + ", but " + place.key + " is " + text
			}
			s.Stale = append(s.Stale, page.Problem(place.from, what))
			edits = append(edits, edit{place.from, place.to, text})
		}
	}
	s.Text = apply(page.Text, edits)
	byLine := func(a, b Problem) int { return a.Line - b.Line }
	slices.SortStableFunc(s.Stale, byLine)
	slices.SortStableFunc(s.Problems, byLine)
	return s, nil
}

// apply makes edits that do not overlap.
func apply(text string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out strings.Builder
	at := 0
	for _, e := range edits {
		out.WriteString(text[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.WriteString(text[at:])
	return out.String()
}

// Write writes the page to the repository root if it has changed, and reports whether it
// did. It keeps the file's line ends.
func (s Synced) Write(root string) (bool, error) {
	if s.Text == s.Page.Text {
		return false, nil
	}
	file := filepath.Join(root, filepath.FromSlash(s.Page.Path))
	old, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	text := s.Text
	if bytes.Contains(old, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return true, os.WriteFile(file, []byte(text), 0o644)
}

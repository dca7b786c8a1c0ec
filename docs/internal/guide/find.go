package guide

import (
	"cmp"
	"slices"
	"strings"
)

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

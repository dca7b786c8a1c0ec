package text

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	heading    = regexp.MustCompile(`(?m)^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$`)
	htmlAnchor = regexp.MustCompile(`<\w+\b[^>]*\b(?:id|name)="([^"]+)"`)
	mdLink     = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	htmlTag    = regexp.MustCompile(`</?\w[^>]*>|<!--.*?-->`)
)

// Anchors returns the names in a page that a link may end in, as GitHub makes
// them of headings: in lower case, with a hyphen for each space, without
// punctuation, and numbered if a heading occurs again.
func (p Page) Anchors() map[string]bool {
	anchors := make(map[string]bool)
	for _, match := range heading.FindAllStringSubmatch(p.Prose, -1) {
		first := slug(match[1])
		name := first
		for n := 1; anchors[name]; n++ {
			name = fmt.Sprintf("%s-%d", first, n)
		}
		anchors[name] = true
	}
	for _, match := range htmlAnchor.FindAllStringSubmatch(p.Prose, -1) {
		anchors[match[1]] = true
	}
	return anchors
}

// slug is the anchor of a heading's text.
func slug(text string) string {
	text = htmlTag.ReplaceAllString(mdLink.ReplaceAllString(text, "$1"), "")
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Mn, r), r == '-', r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}

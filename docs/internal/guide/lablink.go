package guide

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// labPrefix is where the lab is mounted.
const labPrefix = "/lab/"

// labMark is a hidden comment in a line: the lab can show what the line is about.
// It may name stages, as "4,5", in a page that is no stage's chapter, and a script.
var labMark = regexp.MustCompile(`^<!--\s*lab(?::\s*([\d,]+))?(?::?\s+([\w-]+))?\s*-->$`)

// rawHTML draws HTML within a line unchanged, except that a comment which names the lab
// becomes a link to it. If no lab is mounted, it becomes nothing.
func (r *rendering) rawHTML(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	text := string(n.(*ast.RawHTML).Segments.Value(r.source))
	match := labMark.FindStringSubmatch(text)
	if match == nil {
		_, err := w.WriteString(text)
		return ast.WalkSkipChildren, err
	}
	if r.lab != "" {
		r.labLink(w, match[1], match[2])
	}
	return ast.WalkSkipChildren, nil
}

func (r *rendering) labLink(w util.BufWriter, stages, script string) {
	query := make(url.Values)
	if stages == "" && r.stage > 0 {
		stages = strconv.Itoa(r.stage)
	}
	say := r.words.say("lab-open")
	if script != "" {
		query.Set("script", script)
		say = r.words.say("lab-play")
	}
	link := withQuery(r.lab, query)
	if stages != "" {
		link = withQuery(link, url.Values{"stage": {stages}})
	}
	fmt.Fprintf(w, `<a class="lab" href="%s">%s</a>`, html.EscapeString(strings.ReplaceAll(link, "%2C", ",")), html.EscapeString(say))
}

// withQuery adds to the query of an address.
func withQuery(address string, query url.Values) string {
	if len(query) == 0 {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&" + query.Encode()
	}
	return address + "?" + query.Encode()
}

// mountedURL is the address of a mounted handler's first page, with the token that
// its actions need.
func (g *Guide) mountedURL(prefix string) string {
	if g.token == "" {
		return prefix
	}
	return withQuery(prefix, url.Values{"token": {g.token}})
}

// labURL is the address of the lab; empty if none is mounted.
func (g *Guide) labURL() string {
	if !slices.Contains(g.mounted, labPrefix) {
		return ""
	}
	return g.mountedURL(labPrefix)
}

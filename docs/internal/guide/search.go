package guide

import (
	"net/http"
	"strings"
)

// searchBody is the page of a search.
type searchBody struct {
	Query string
	Found []Found
}

func (g *Guide) serveSearch(w http.ResponseWriter, r *http.Request) {
	sections, err := g.sections()
	if err != nil {
		g.fail(w, r, err)
		return
	}
	query := strings.TrimSpace(r.FormValue("q"))
	if len(query) > 200 {
		query = strings.ToValidUTF8(query[:200], "")
	}
	l := g.languages[""]
	v := view{Title: l.words.say("search"), Query: query, Body: searchBody{query, find(sections, query)}}
	g.draw(w, r, l, "search", v)
}

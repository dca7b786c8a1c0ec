package guide_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// The most that a page may weigh, without Mermaid, and take to be drawn.
const (
	maxPage = 300 << 10
	maxTime = 100 * time.Millisecond
)

var (
	links   = regexp.MustCompile(`(?:href|src|data-fragment)="([^"]*)"`)
	scripts = regexp.MustCompile(`<script(?: [^>]*)?>[^<]|\son[a-z]+=|<[a-z][^>]* style=`)
	quoted  = regexp.MustCompile(`(?s)<(?:pre|code|samp|kbd)[ >].*?</(?:pre|code|samp|kbd)>`)
)

// crawler follows the links of a guide.
type crawler struct {
	t     *testing.T
	h     http.Handler
	pages map[string]*httptest.ResponseRecorder
}

// page draws a page, and checks what holds for every one.
func (c *crawler) page(path string) *httptest.ResponseRecorder {
	if w, ok := c.pages[path]; ok {
		return w
	}
	var w *httptest.ResponseRecorder
	took := maxTime + 1
	for range 5 { // a collection of garbage may come between
		if took > maxTime {
			began := used()
			w = get(c.t, c.h, path)
			took = used() - began
		}
	}
	c.pages[path] = w
	if strings.HasPrefix(path, "/assets/") {
		return w
	}
	if took > maxTime {
		c.t.Errorf("%s took %s", path, took)
	}
	if w.Body.Len() > maxPage {
		c.t.Errorf("%s weighs %d bytes", path, w.Body.Len())
	}
	if found := scripts.FindString(quoted.ReplaceAllString(w.Body.String(), "")); found != "" {
		c.t.Errorf("%s has a script or a style in itself, which its policy forbids: %s", path, found)
	}
	return w
}

// follow checks where the links of a page lead.
func (c *crawler) follow(from string) {
	base, err := url.Parse(from)
	require.NoError(c.t, err)
	w := c.page(from)
	require.Equal(c.t, http.StatusOK, w.Code, from)
	for _, match := range links.FindAllStringSubmatch(w.Body.String(), -1) {
		link, err := base.Parse(strings.ReplaceAll(match[1], "&amp;", "&"))
		require.NoError(c.t, err, "%s in %s", match[1], from)
		if link.Host != "" {
			continue
		}
		fragment := link.Fragment
		link.Fragment = ""
		if fragment == "" && path.Ext(link.Path) == ".go" { // hundreds of sources would take long to draw
			require.FileExists(c.t, root+link.Path, "%s leads to it", from)
			continue
		}
		to := c.page(link.String())
		if at := to.Header().Get("Location"); at != "" {
			to = c.page(at)
		}
		if to.Code != http.StatusOK {
			c.t.Errorf("%s leads to %s: %d", from, match[1], to.Code)
		}
		if fragment != "" && !strings.Contains(to.Body.String(), ` id="`+fragment+`"`) && !strings.Contains(to.Body.String(), " id="+fragment+">") {
			c.t.Errorf("%s leads to %s, which has no such anchor", from, match[1])
		}
	}
}

func TestEveryPageIsLightQuickAndLeadsSomewhere(t *testing.T) {
	if raced {
		t.Skip("no page is quick under the race detector")
	}
	g := real(t, realDocs())
	c := &crawler{t: t, h: g, pages: make(map[string]*httptest.ResponseRecorder)}
	c.page("/diff/1/1") // the colours of Go are made ready
	clear(c.pages)
	for _, path := range contents(t, g, "/docs/traps.md") {
		c.follow(path)
	}
	for _, s := range stages.All() {
		c.follow(fmt.Sprintf("/diff/%d", s.Number))
		c.page("/" + s.Dir + "/")
		for i := range s.Steps() {
			c.follow(fmt.Sprintf("/diff/%d/%d", s.Number, i+1))
			if i%8 == 0 {
				c.page(fmt.Sprintf("/diff/%d/%d?view=split", s.Number, i+1))
			}
		}
	}
	for _, path := range []string{"/", "/CONTRIBUTING.md", "/progress", "/search", "/search?q=lease"} {
		c.page(path)
	}
	t.Logf("%d pages", len(c.pages))
}

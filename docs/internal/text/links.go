package text

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/text/near"
)

// link matches where a link goes, in Markdown and in HTML.
var link = regexp.MustCompile(`\]\(<?([^()\s<>]+)>?(?:\s+"[^"]*")?\)|(?m:^ {0,3}\[[^\]]+\]:\s*(\S+))|\b(?:href|src)="([^"]*)"`)

// lineAnchor matches an anchor to lines of a source file.
var lineAnchor = regexp.MustCompile(`^L\d+`)

// links checks where the links of a page lead, except those out of the repository.
func (c refs) links(page Page) (problems []Problem) {
	for _, match := range link.FindAllStringSubmatchIndex(withoutSpans(page.Prose), -1) {
		for i := 2; i < len(match); i += 2 {
			if match[i] < 0 {
				continue
			}
			target := page.Prose[match[i]:match[i+1]]
			if why := c.link(page, target); why != "" {
				problems = append(problems, page.Problem(match[i], fmt.Sprintf("the link to %s goes nowhere: %s", target, why)))
			}
		}
	}
	return problems
}

// link returns why a link leads nowhere, or "".
func (c refs) link(page Page, target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return err.Error()
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	name := page.Path
	if u.Path != "" {
		name = path.Join(path.Dir(page.Path), u.Path)
	}
	if name == ".." || strings.HasPrefix(name, "../") || path.IsAbs(u.Path) {
		return "it leaves the repository"
	}
	if _, err := os.Stat(filepath.Join(c.root, filepath.FromSlash(name))); err != nil {
		if other := (source{c.root}).nearest(name); other != "" {
			return fmt.Sprintf("there is no %s; did you mean %s?", name, other)
		}
		return fmt.Sprintf("there is no %s", name)
	}
	if u.Fragment == "" {
		return ""
	}
	if lineAnchor.MatchString(u.Fragment) {
		return "lines move; name the declaration instead"
	}
	i := slices.IndexFunc(c.pages, func(p Page) bool { return p.Path == name })
	if i < 0 {
		return fmt.Sprintf("%s has no headings", name)
	}
	anchors := c.pages[i].Anchors()
	if anchors[u.Fragment] {
		return ""
	}
	if other := near.Name(u.Fragment, sorted(anchors)); other != "" {
		return fmt.Sprintf("no heading %s; did you mean %s?", u.Fragment, other)
	}
	return fmt.Sprintf("no heading %s", u.Fragment)
}

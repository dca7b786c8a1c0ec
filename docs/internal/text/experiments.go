package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

var (
	experiment     = regexp.MustCompile(`<!-- experiment: (.*?) -->[ \t]*\n`)
	experimentLink = regexp.MustCompile(`\]\(#(experiment[\w-]*)\)`)
	step           = regexp.MustCompile(`(?m)^<!-- step: (.*?) -->$`)
)

// steps checks that the comments which show a step's diff name a step of the chapter's
// stage by its title: a number becomes another step's when one is added before it.
func (c refs) steps(page Page) (problems []Problem) {
	for _, match := range step.FindAllStringSubmatchIndex(page.Prose, -1) {
		title := page.Prose[match[2]:match[3]]
		if !slices.ContainsFunc(c.all, func(s stages.Stage) bool {
			return s.Dir == page.Dir(c.all) && slices.ContainsFunc(s.Steps(), func(s stages.Step) bool { return s.Title == title })
		}) {
			problems = append(problems, page.Problem(match[0], fmt.Sprintf("no step of its stage has the title %q", title)))
		}
	}
	return problems
}

// experiments checks that what a page calls an experiment is played. The comment that
// names it must be right above a console block that is run. A link to it must lead to a
// heading with such a block below it.
func (c refs) experiments(page Page) (problems []Problem) {
	played := func(b Block) bool { return slices.Equal(b.Words(), []string{"console"}) }
	seen := make(map[string]bool)
	for _, match := range experiment.FindAllStringSubmatchIndex(page.Prose, -1) {
		name := page.Prose[match[2]:match[3]]
		line := page.line(match[1])
		if !slices.ContainsFunc(page.Blocks, func(b Block) bool { return b.Line == line && played(b) }) {
			problems = append(problems, page.Problem(match[0], fmt.Sprintf("no console block stands below the experiment %s", name)))
		}
		if seen[name] {
			problems = append(problems, page.Problem(match[0], fmt.Sprintf("two experiments are called %s", name)))
		}
		seen[name] = true
	}
	sections := page.sections()
	for _, match := range experimentLink.FindAllStringSubmatchIndex(page.Prose, -1) {
		anchor := page.Prose[match[2]:match[3]]
		lines, ok := sections[anchor]
		if ok && !slices.ContainsFunc(page.Blocks, func(b Block) bool { return lines[0] < b.Line && b.Line < lines[1] && played(b) }) {
			problems = append(problems, page.Problem(match[0], fmt.Sprintf("no console block stands in %s", anchor)))
		}
	}
	return problems
}

// sections returns the lines of the page's headings by their anchors: its own,
// and that of the next.
func (p Page) sections() map[string][2]int {
	sections := make(map[string][2]int)
	found := heading.FindAllStringSubmatchIndex(p.Prose, -1)
	for i, match := range found {
		end := strings.Count(p.Prose, "\n") + 2
		if i+1 < len(found) {
			end = p.line(found[i+1][0])
		}
		sections[slug(p.Prose[match[2]:match[3]])] = [2]int{p.line(match[0]), end}
	}
	return sections
}

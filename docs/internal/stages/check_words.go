package stages

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// named is what texts of the tree may refer to.
type named struct {
	steps    map[int][]string // titles, by the number of the stage
	chapters map[int]bool     // by the number of their stage
	traps    map[string]bool
}

// namedIn reads what there is to refer to: the chapter of a stage is docs/ and
// its folder's name, and traps are explained in docs/traps.md.
func namedIn(root string, all []Stage) (named, error) {
	n := named{steps: make(map[int][]string), chapters: make(map[int]bool), traps: make(map[string]bool)}
	for _, s := range all {
		for _, step := range s.Steps() {
			n.steps[s.Number] = append(n.steps[s.Number], step.Title)
		}
		_, err := os.Stat(filepath.Join(root, "docs", s.Dir+".md"))
		n.chapters[s.Number] = err == nil
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "traps.md"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return named{}, err
	}
	for _, trap := range Traps(string(text)) {
		n.traps[trap.ID] = true
	}
	return n, nil
}

var (
	stepName    = regexp.MustCompile(`(?i)(?:\bstage (\d+), )?\bstep "([^"%]+)"`)
	chapterName = regexp.MustCompile(`(?i)\bchapter (\d+)\b`)
	trapName    = regexp.MustCompile(`\b[NRWBEF][1-9][0-9]?\b`)
)

// words checks what comments and string literals of the stage's new and changed
// Go refer to.
func (c *checker) words() {
	for _, name := range slices.Sorted(maps.Keys(c.changes)) {
		change := c.changes[name]
		if path.Ext(name) != ".go" || change.Deleted || change.Generated() {
			continue
		}
		found := make(map[string]bool)
		for _, text := range texts(change.After) {
			for _, problem := range c.named.problems(text) {
				found[problem] = true
			}
		}
		for _, problem := range slices.Sorted(maps.Keys(found)) {
			c.report(name, "%s", problem)
		}
	}
}

// problems says what a text refers to that does not exist.
func (n named) problems(text string) (problems []string) {
	for _, match := range stepName.FindAllStringSubmatch(text, -1) {
		titles := slices.Concat(slices.Collect(maps.Values(n.steps))...)
		where := ""
		if match[1] != "" {
			stage, _ := strconv.Atoi(match[1]) // digits, as the pattern says
			titles, where = n.steps[stage], fmt.Sprintf(" in stage %d", stage)
		}
		if !slices.Contains(titles, match[2]) {
			problems = append(problems, fmt.Sprintf("it names the step %q, which does not exist%s", match[2], where))
		}
	}
	for _, match := range chapterName.FindAllStringSubmatch(text, -1) {
		if number, _ := strconv.Atoi(match[1]); !n.chapters[number] {
			problems = append(problems, fmt.Sprintf("it names chapter %s, which does not exist: name the stage", match[1]))
		}
	}
	for _, id := range trapName.FindAllString(text, -1) {
		if !n.traps[id] {
			problems = append(problems, fmt.Sprintf("it names %s, which docs/traps.md does not explain", id))
		}
	}
	return problems
}

// texts returns a file's comments and string literals. A comment that is broken
// into lines is one text.
func texts(source string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var all []string
	for _, group := range file.Comments {
		all = append(all, strings.Join(strings.Fields(group.Text()), " "))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				all = append(all, text)
			}
		}
		return true
	})
	return all
}

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

// Named is what texts of the tree may refer to.
type Named struct {
	dirs     []string
	steps    map[int][]string // titles, by the number of the stage
	chapters map[int]bool     // by the number of their stage
	traps    map[string]bool
}

// ReadNamed reads what texts may refer to. A chapter of a stage is a page of docs/ whose
// name begins with the stage's folder; traps are explained in docs/traps.md.
func ReadNamed(root string, all []Stage) (Named, error) {
	n := Named{steps: make(map[int][]string), chapters: make(map[int]bool), traps: make(map[string]bool)}
	for _, s := range all {
		n.steps[s.Number] = []string{}
		for _, step := range s.Steps() {
			n.steps[s.Number] = append(n.steps[s.Number], step.Title)
		}
		n.dirs = append(n.dirs, s.Dir)
		chapters, err := filepath.Glob(filepath.Join(root, "docs", s.Dir+"*.md"))
		if err != nil {
			return Named{}, err
		}
		n.chapters[s.Number] = len(chapters) > 0
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "traps.md"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Named{}, err
	}
	for _, trap := range Traps(string(text)) {
		n.traps[trap.ID] = true
	}
	return n, nil
}

var (
	stageDir    = regexp.MustCompile(`\bstage\d\d-[a-z]+\b`)
	stageName   = regexp.MustCompile(`(?i)\bstage (\d+)\b`)
	stepName    = regexp.MustCompile(`(?i)(?:\bstage (\d+), )?\bstep "([^"%]+)"`)
	chapterName = regexp.MustCompile(`(?i)\bchapter (\d+)\b`)
	testWord    = regexp.MustCompile(`\b(?:Test|Benchmark|Fuzz)[A-Z]\w*`)
	trapName    = regexp.MustCompile(`\b[NRWBEF][1-9][0-9]?\b`)
)

// words checks the references in comments and string literals of the stage's new and
// changed Go files, tests included.
func (c *checker) words() {
	tests := map[string]bool{"TestMain": true}
	for name := range c.after.Tests() {
		tests[path.Base(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.changes)) {
		change := c.changes[name]
		if path.Ext(name) != ".go" || change.Deleted || change.Generated() {
			continue
		}
		found := make(map[string]bool)
		for _, text := range texts(change.After) {
			for _, problem := range c.named.Problems(text) {
				found[problem] = true
			}
			for _, name := range testWord.FindAllString(text, -1) {
				if !tests[name] {
					found[fmt.Sprintf("it names %s, which is no test of the stage", name)] = true
				}
			}
		}
		for _, problem := range slices.Sorted(maps.Keys(found)) {
			c.report(name, "%s", problem)
		}
	}
}

// Problems returns the folders of stages, stages, steps, chapters and traps that a text
// refers to and that do not exist. The lines of a text must be joined before.
func (n Named) Problems(text string) (problems []string) {
	for _, dir := range stageDir.FindAllString(text, -1) {
		if !slices.Contains(n.dirs, dir) {
			problems = append(problems, fmt.Sprintf("it names %s, which is no stage's folder", dir))
		}
	}
	for _, match := range stageName.FindAllStringSubmatch(text, -1) {
		if number, _ := strconv.Atoi(match[1]); n.steps[number] == nil { // a stage without steps has none, but it has its list
			problems = append(problems, fmt.Sprintf("it names stage %s, which does not exist", match[1]))
		}
	}
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

package text

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text/near"
)

// refs holds what pages may refer to.
type refs struct {
	root  string
	all   []stages.Stage
	pages []Page
	named stages.Named
	tests map[string]map[string]string // by the folder of a stage, or docs; see stages.Tree.Tests
}

// CheckRefs returns every place where a page refers to something that is not in
// the repository: links and their anchors, files and tests in back quotes,
// steps, stages, chapters and traps, experiments that are not played, and steps
// that a chapter shows and its stage does not have.
func CheckRefs(root string, all []stages.Stage, pages []Page) ([]Problem, error) {
	named, err := stages.ReadNamed(root, all)
	if err != nil {
		return nil, err
	}
	c := refs{root: root, all: all, pages: pages, named: named, tests: make(map[string]map[string]string)}
	dirs := []string{"docs"}
	for _, s := range all {
		dirs = append(dirs, s.Dir)
	}
	for _, dir := range dirs {
		tree, err := stages.ReadTree(filepath.Join(root, dir))
		if err != nil {
			return nil, err
		}
		c.tests[dir] = tree.Tests()
	}
	var problems []Problem
	for _, page := range pages {
		found := slices.Concat(c.links(page), c.code(page), c.words(page), c.experiments(page), c.steps(page))
		slices.SortStableFunc(found, func(a, b Problem) int { return a.Line - b.Line })
		problems = append(problems, found...)
	}
	return problems, nil
}

// paragraphs matches lines up to an empty one.
var paragraphs = regexp.MustCompile(`(?:[^\n]*\S[^\n]*(?:\n|$))+`)

// words checks the steps, stages, chapters and traps that a page names.
func (c refs) words(page Page) (problems []Problem) {
	for _, at := range paragraphs.FindAllStringIndex(page.Prose, -1) {
		text := strings.Join(strings.Fields(page.Prose[at[0]:at[1]]), " ")
		for _, problem := range c.named.Problems(text) {
			problems = append(problems, page.Problem(at[0], problem))
		}
	}
	return problems
}

var (
	testWord = regexp.MustCompile(`((?:[a-z0-9][a-z0-9.-]*/)*)\b((?:Test|Benchmark|Fuzz|Example)[A-Z]\w*)`)
	fileWord = regexp.MustCompile(`^[\w.*-]+(?:/[\w.*-]+)*/?$`)
	// placeholder matches names that stand for others: X.go, stageNN.go, NAME.
	placeholder = regexp.MustCompile(`NN|(?:^|/)(?:X|NAME|PATH)\b|(?:^|/)X_|(?:Test|Benchmark|Fuzz|Example)(?:X|Name)\b`)
	ofStage     = regexp.MustCompile(`(?i)\bstages? ?0?(\d)\b`)
)

// code checks the tests and files that a page names in back quotes. For a test of another
// stage than the page's, the paragraph must name that stage.
func (c refs) code(page Page) (problems []Problem) {
	for _, at := range paragraphs.FindAllStringIndex(page.Prose, -1) {
		paragraph := page.Prose[at[0]:at[1]]
		for _, s := range span.FindAllStringIndex(paragraph, -1) {
			text := strings.Trim(paragraph[s[0]:s[1]], "` ")
			if placeholder.MatchString(text) {
				continue
			}
			report := func(format string, args ...any) {
				problems = append(problems, page.Problem(at[0]+s[0], fmt.Sprintf(format, args...)))
			}
			for _, match := range testWord.FindAllStringSubmatch(text, -1) {
				if why := c.test(page, paragraph, match[1], match[2]); why != "" {
					report("%s", why)
				}
			}
			if why := c.file(page, text); why != "" && !testWord.MatchString(text) {
				report("%s", why)
			}
		}
	}
	return problems
}

// test returns what is wrong with the name of a test, or "".
func (c refs) test(page Page, paragraph, folder, name string) string {
	dirs := []string{page.Dir(c.all)}
	if dirs[0] == "" {
		dirs = slices.Collect(maps.Keys(c.tests))
	}
	for _, match := range ofStage.FindAllStringSubmatch(paragraph, -1) {
		for _, s := range c.all {
			if fmt.Sprint(s.Number) == match[1] {
				dirs = append(dirs, s.Dir)
			}
		}
	}
	var names []string
	for _, dir := range dirs {
		for test := range c.tests[dir] {
			if test == strings.TrimPrefix(folder, dir+"/")+name || folder == "" && path.Base(test) == name {
				return ""
			}
			names = append(names, test)
		}
	}
	slices.Sort(names)
	text := fmt.Sprintf("there is no test %s%s", folder, name)
	if page.Dir(c.all) != "" {
		text += " in " + page.Dir(c.all)
	}
	if other := near.Name(folder+name, names); other != "" {
		text += "; did you mean " + other + "?"
	}
	return text
}

// file returns what is wrong with a word that looks like a path of the repository: one
// that ends in .go or .md, or begins with one of its folders.
func (c refs) file(page Page, word string) string {
	first, _, _ := strings.Cut(word, "/")
	known := first == "docs" || first == "cmd" || first == "internal" || first == ".ci" || strings.HasPrefix(first, "stage0")
	ext := path.Ext(word)
	if !fileWord.MatchString(word) || word == ext || ext != ".go" && ext != ".md" && (!known || !strings.Contains(word, "/")) {
		return ""
	}
	dirs := []string{"", path.Dir(page.Path)}
	if dir := page.Dir(c.all); dir != "" {
		dirs = append(dirs, dir)
	} else {
		for _, s := range c.all {
			dirs = append(dirs, s.Dir)
		}
	}
	for _, dir := range dirs {
		found, err := filepath.Glob(filepath.Join(c.root, filepath.FromSlash(path.Join(dir, word))))
		if err == nil && len(found) > 0 {
			return ""
		}
	}
	if c.anywhere(page, word) {
		return ""
	}
	name := path.Join(page.Dir(c.all), word)
	if other := (source{c.root}).nearest(name); other != "" {
		return fmt.Sprintf("there is no file %s; did you mean %s?", word, other)
	}
	return fmt.Sprintf("there is no file %s", word)
}

// anywhere reports whether a name without a folder is that of a file below the page's
// stage or, for a page without a stage, below any stage or docs.
func (c refs) anywhere(page Page, name string) bool {
	if strings.Contains(name, "/") {
		return false
	}
	dirs := []string{page.Dir(c.all)}
	if dirs[0] == "" {
		dirs = slices.Collect(maps.Keys(c.tests))
	}
	found := false
	for _, dir := range dirs {
		_ = filepath.WalkDir(filepath.Join(c.root, dir), func(_ string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && entry.Name() == name {
				found = true
				return filepath.SkipAll
			}
			return nil
		})
	}
	return found
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

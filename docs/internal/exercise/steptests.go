package exercise

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/workshop/docs/internal/stages"
)

// testNames matches the functions that go test runs.
var testNames = regexp.MustCompile(`^(Test|Fuzz|Example)([^a-z].*)?$`)

// group is the tests of one package that belong to a step.
type group struct {
	pkg   string // its folder, with slashes
	tests []string
}

// testsOf returns the tests of a step by package: first those in the files that it lists,
// in its order, and then those in other steps' files that it also names.
func (f files) testsOf(step stages.Step) []group {
	return append(f.testsIn(step.Files), f.testsIn(step.Also)...)
}

// testsIn returns the tests of some entries of a step, by package.
func (f files) testsIn(entries []string) (groups []group) {
	for _, entry := range entries {
		for _, name := range slices.Sorted(maps.Keys(f)) {
			if !strings.HasSuffix(name, "_test.go") || !stages.Matches(entry, name) {
				continue
			}
			pkg, tests := path.Dir(name), testFunctions(name, f[name])
			if len(tests) == 0 {
				continue
			}
			i := slices.IndexFunc(groups, func(g group) bool { return g.pkg == pkg })
			if i < 0 {
				groups = append(groups, group{pkg: pkg})
				i = len(groups) - 1
			}
			groups[i].tests = append(groups[i].tests, tests...)
		}
	}
	return groups
}

// testFunctions returns the tests that a file declares, in its order.
func testFunctions(name, text string) []string {
	s, err := parse(name, text)
	if err != nil {
		return nil // the compiler reports it
	}
	all := s.functions()
	tests := slices.DeleteFunc(slices.Collect(maps.Keys(all)), func(name string) bool {
		return name == "TestMain" || !testNames.MatchString(name)
	})
	slices.SortFunc(tests, func(a, b string) int { return int(all[a].Pos() - all[b].Pos()) })
	return tests
}

// NoTestError says that a step has no test of that name.
type NoTestError struct{ text string }

func (e *NoTestError) Error() string { return e.text }

// onlyTest is one test of a step of the stage of that number.
func onlyTest(stage int, s step, test string) ([]group, error) {
	var all []string
	for _, g := range s.groups {
		if slices.Contains(g.tests, test) {
			return []group{{g.pkg, []string{test}}}, nil
		}
		all = append(all, g.tests...)
	}
	return nil, &NoTestError{fmt.Sprintf("step %d.%d (%s) has no test %q; it has %s", stage, s.number, s.Title, test, some(all))}
}

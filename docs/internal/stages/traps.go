package stages

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Trap is one trap as docs/traps.md explains it.
type Trap struct {
	ID    string   // N1
	Tests []Caught // the tests that it names
}

// Caught is a test that catches a trap.
type Caught struct {
	Stage int
	Test  string // named as GoneTest says
}

var (
	trapHeading = regexp.MustCompile(`^### ([A-Z][1-9][0-9]?)\b`)
	trapRef     = regexp.MustCompile("Stage (\\d+)\\b|`((?:[a-z0-9/-]+/)?(?:Test|Benchmark|Fuzz|Example)[A-Z]\\w*)`")
)

// Traps reads docs/traps.md: a heading of the third level for each trap, beginning with
// its id. A test is named in back quotes after the words Stage NN, which name its stage.
func Traps(markdown string) []Trap {
	var traps []Trap
	stage := 0
	for line := range strings.Lines(markdown) {
		if heading := trapHeading.FindStringSubmatch(line); heading != nil {
			traps, stage = append(traps, Trap{ID: heading[1]}), 0
			continue
		}
		for _, match := range trapRef.FindAllStringSubmatch(line, -1) {
			switch {
			case match[1] != "":
				stage, _ = strconv.Atoi(match[1])
			case len(traps) > 0:
				last := &traps[len(traps)-1]
				last.Tests = append(last.Tests, Caught{stage, match[2]})
			}
		}
	}
	return traps
}

// CheckTraps returns every test that docs/traps.md names and that is not in the stage
// given there.
func CheckTraps(root string, all []Stage, markdown string) ([]Problem, error) {
	tests := make(map[int]map[string]string)
	for _, s := range all {
		tree, err := ReadTree(filepath.Join(root, s.Dir))
		if err != nil {
			return nil, err
		}
		tests[s.Number] = tree.Tests()
	}
	var problems []Problem
	for _, trap := range Traps(markdown) {
		for _, caught := range trap.Tests {
			if _, ok := tests[caught.Stage][caught.Test]; !ok {
				problems = append(problems, Problem{"docs", "traps.md", fmt.Sprintf("%s names %s, which stage %d does not have", trap.ID, caught.Test, caught.Stage)})
			}
		}
	}
	return problems, nil
}

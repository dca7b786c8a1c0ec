package breaks

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Invariant is what holds after a stage, as docs/invariants.md says it.
type Invariant struct {
	ID   string // I1
	Text string
}

var (
	stageHeading = regexp.MustCompile(`^## \S+ 0*(\d+)$`)
	invariant    = regexp.MustCompile(`^- \*\*(I\d+)\*\* (.+)$`)
)

// Invariants reads docs/invariants.md: the invariants of each stage, by its
// number, in their order.
func Invariants(root string) (map[int][]Invariant, error) {
	file := filepath.Join(root, "docs", "invariants.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all, stage := make(map[int][]Invariant), 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		heading, item := stageHeading.FindStringSubmatch(line), invariant.FindStringSubmatch(line)
		last := len(all[stage]) - 1
		switch {
		case heading != nil:
			stage, _ = strconv.Atoi(heading[1])
		case strings.HasPrefix(line, "- ") && (item == nil || stage == 0):
			return nil, fmt.Errorf("%s: %q is no invariant of a stage: want - **I1** and a sentence", file, line)
		case item != nil:
			all[stage] = append(all[stage], Invariant{ID: item[1], Text: item[2]})
		case line != "" && last >= 0:
			all[stage][last].Text += " " + line
		}
	}
	return all, nil
}

// Sentence returns the invariant of that ID, or "" if there is none.
func Sentence(of []Invariant, id string) string {
	for _, i := range of {
		if i.ID == id {
			return i.Text
		}
	}
	return ""
}

package stages_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

func TestTheWorkshopAgreesWithItsManifest(t *testing.T) {
	problems, err := stages.Check(root(t), stages.All())
	require.NoError(t, err)
	for _, p := range problems {
		t.Error(p)
	}
}

func TestTheManifestTellsEachStagesStory(t *testing.T) {
	for i, s := range stages.All() {
		require.Equal(t, i+1, s.Number)
		require.Regexp(t, fmt.Sprintf(`^stage%02d-[a-z]+$`, s.Number), s.Dir)
		require.NotEmpty(t, s.Idea, s.Dir)
		require.NotEmpty(t, s.Limit, s.Dir)
		require.NotEmpty(t, s.Lesson, s.Dir)
		require.NotEmpty(t, s.Steps, s.Dir)
	}
}

// row matches a line of the README's table of stages: | [02](stage02-registry)
// | idea | what breaks | 512 |
var row = regexp.MustCompile(`(?m)^\|\s*\[(\d+)\]\(([^)]*)\)\s*\|.*\|\s*([\d,]+)\s*\|\s*$`)

func TestTheReadmeCountsTheLinesThatEachStageAdds(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	require.NoError(t, err)
	rows := make(map[string]string)
	for _, match := range row.FindAllStringSubmatch(string(readme), -1) {
		rows[match[1]+" "+match[2]] = strings.ReplaceAll(match[3], ",", "")
	}
	for _, s := range stages.All() {
		lines, err := stages.AddedLines(root(t), stages.All(), s)
		require.NoError(t, err)
		link := fmt.Sprintf("[%02d](%s)", s.Number, s.Dir)
		got, ok := rows[fmt.Sprintf("%02d %s", s.Number, s.Dir)]
		if !ok {
			t.Errorf("README.md has no table row that begins with | %s | and ends with | %d |", link, lines)
		} else if got != strconv.Itoa(lines) {
			t.Errorf("README.md says that %s adds %s lines of non-test Go; it adds %d", link, got, lines)
		}
	}
}

func root(t *testing.T) string {
	t.Helper()
	root, err := workspace.Root(".")
	require.NoError(t, err)
	return root
}

package stages_test

import (
	"fmt"
	"os"
	"path/filepath"
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
		require.NotEmpty(t, s.Steps(), s.Dir)
	}
}

func TestTheWorkshopReachesItsGoals(t *testing.T) {
	var all []stages.Figures
	for _, s := range stages.All() {
		f, err := stages.Measure(root(t), stages.All(), s)
		require.NoError(t, err)
		all = append(all, f)
	}
	require.Empty(t, stages.TheGoals().Missed(all))
}

func TestTheReadmeShowsTheTableOfStages(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	require.NoError(t, err)
	table, err := stages.Table(root(t), stages.All())
	require.NoError(t, err)
	require.True(t, strings.Contains(string(readme), "\n\n"+table+"\n"), "go run ./docs sync writes it:\n%s", table)
}

func TestTheTrapsPageExplainsEveryTrap(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root(t), "docs", "traps.md"))
	require.NoError(t, err)
	var got, want []string
	for _, trap := range stages.Traps(string(page)) {
		got = append(got, trap.ID)
	}
	for _, family := range []struct {
		letter string
		count  int
	}{{"N", 8}, {"R", 10}, {"W", 6}, {"B", 8}, {"E", 9}, {"F", 8}} {
		for n := range family.count {
			want = append(want, fmt.Sprint(family.letter, n+1))
		}
	}
	require.Equal(t, want, got)
	problems, err := stages.CheckTraps(root(t), stages.All(), string(page))
	require.NoError(t, err)
	for _, p := range problems {
		t.Error(p)
	}
}

func root(t *testing.T) string {
	t.Helper()
	root, err := workspace.Root(".")
	require.NoError(t, err)
	return root
}

package stages_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

func TestAddedLinesCountsTheStagesOwnGo(t *testing.T) {
	files, all := twoStages()
	files["stage01-one/b_test.go"] = consts(10)
	root := tree(t, files)

	one, err := stages.AddedLines(root, all, all[0])
	require.NoError(t, err)
	require.Equal(t, 4+3+3+4, one, "a.go without its import, c.go, d.go, e.go; no test")

	two, err := stages.AddedLines(root, all, all[1])
	require.NoError(t, err)
	require.Equal(t, 3+1+1, two, "b.go, and one line each in c.go and in f.go, which was e.go")
}

func TestAFileThatMovedTwiceIsComparedWithItsOrigin(t *testing.T) {
	files, all := twoStages()
	files["stage03-three/a.go"] = files["stage02-two/a.go"]
	files["stage03-three/b.go"] = files["stage02-two/b.go"]
	files["stage03-three/c/c.go"] = files["stage02-two/c/c.go"]
	files["stage03-three/g.go"] = files["stage02-two/f.go"]
	all = append(all, stages.Stage{Number: 3, Dir: "stage03-three", Gone: []stages.Gone{{Path: "f.go", To: "g.go", Reason: "G"}}})

	changes, err := stages.Changes(tree(t, files), all, 1, 3)
	require.NoError(t, err)
	require.Equal(t, "e.go", changes["g.go"].From)
	require.Equal(t, 1, changes["g.go"].AddedLines())
	require.True(t, changes["b.go"].Added())
	require.True(t, changes["d.go"].Deleted)
	require.NotContains(t, changes, "a.go")
}

package exercise_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/exercise"
	"example.com/workshop/docs/internal/stages"
)

func TestALookTellsWhatHasPassedWithoutRunningIt(t *testing.T) {
	root := t.TempDir()
	put := func(name, text string) {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	const two = "package a\n\n// Two returns 2.\nfunc Two() int {\n\treturn 2\n}\n"
	put("go.work", "go 1.26.0\n\nuse ./stage01-one\n")
	put("docs/go.mod", "module example.com/workshop/docs\n\ngo 1.26.0\n")
	put("stage01-one/go.mod", "module example.com/workshop/stage01-one\n\ngo 1.26.0\n")
	put("stage01-one/a.go", two)
	put("stage01-one/a_test.go", "package a\n\nimport \"testing\"\n\nfunc TestTwo(t *testing.T) {\n\tif Two() != 2 {\n\t\tt.Fatal(Two())\n\t}\n}\n")
	s := stages.Stage{Number: 1, Dir: "stage01-one", Parts: []stages.Part{{Steps: []stages.Step{
		{Title: "Two", Why: "It is missing.", Role: stages.Core, Files: []string{"a.go", "a_test.go"}, Write: []string{"Two"}},
	}}}}
	w := exercise.At(root, s)
	status := func() exercise.Status {
		report, err := exercise.Look(w)
		require.NoError(t, err)
		require.Len(t, report.Steps, 1)
		require.Equal(t, "Two", report.Steps[0].Functions[0].Name)
		return report.Steps[0].Functions[0].Status
	}

	_, err := exercise.Look(w)
	require.ErrorAs(t, err, new(*exercise.NotStartedError))
	_, err = exercise.Start(t.Context(), w, exercise.StartOptions{})
	require.NoError(t, err)
	require.Equal(t, exercise.Blank, status())
	put("work/stage01-one/a.go", two)
	require.Equal(t, exercise.Written, status())
	_, err = exercise.Check(t.Context(), w, exercise.CheckOptions{Last: 1})
	require.NoError(t, err)
	require.Equal(t, exercise.Solved, status())
	put("work/stage01-one/a.go", "package a\n\n// Two returns 2.\nfunc Two() int {\n\treturn 3\n}\n")
	require.Equal(t, exercise.Written, status(), "it has not passed as it is now")
}

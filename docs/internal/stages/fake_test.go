package stages_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// tree writes files, by path, below a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return root
}

// twoStages is a tree and a manifest that agree. Stage 2 adds b.go, changes
// c.go, drops d.go, and moves e.go to f.go.
func twoStages() (map[string]string, []stages.Stage) {
	files := map[string]string{
		"stage01-one/go.mod":    "module example.com/workshop/stage01-one\n",
		"stage01-one/README.md": "one\n",
		"stage01-one/a.go":      "package a\n\nimport \"example.com/workshop/stage01-one/c\"\n\nvar _ = c.C\n",
		"stage01-one/c/c.go":    "package c\n\nconst C = 1\n",
		"stage01-one/d.go":      "package a\n\nconst D = 1\n",
		"stage01-one/e.go":      "package a\n\nconst E = 1\nconst F = 2\n",
		"stage02-two/go.mod":    "module example.com/workshop/stage02-two\n\nrequire x v1.0.0\n",
		"stage02-two/README.md": "two\n",
		"stage02-two/a.go":      "package a\n\nimport \"example.com/workshop/stage02-two/c\"\n\nvar _ = c.C\n",
		"stage02-two/b.go":      "package a\n\nconst B = 1\n",
		"stage02-two/c/c.go":    "package c\n\nconst C = 2\n",
		"stage02-two/f.go":      "package a\n\nconst E = 1\nconst F = 3\n",
	}
	all := []stages.Stage{
		{Number: 1, Dir: "stage01-one", Parts: []stages.Part{{Steps: []stages.Step{
			{Title: "All of it", Why: "one must begin", Role: stages.Given, Files: []string{"a.go", "c/", "d.go", "e.go"}},
		}}}},
		{Number: 2, Dir: "stage02-two", MaxDeleted: 8, Parts: []stages.Part{{Title: "the whole", Steps: []stages.Step{
			{Title: "Add", Why: "B is missing", Role: stages.Given, Files: []string{"b.go"}},
			{Title: "Change", Why: "C is wrong", Role: stages.Given, Files: []string{"c/c.go", "f.go"}},
		}}}, Gone: []stages.Gone{
			{Path: "d.go", Reason: "nobody needs D"},
			{Path: "e.go", To: "f.go", Reason: "it was always about F"},
		}},
	}
	return files, all
}

// steps are the steps of stage 2, to be spoilt.
func steps(all []stages.Stage) []stages.Step { return all[1].Parts[0].Steps }

// problems runs the checker and returns what it finds, a line each.
func problems(t *testing.T, files map[string]string, all []stages.Stage) []string {
	t.Helper()
	found, err := stages.Check(tree(t, files), all)
	require.NoError(t, err)
	lines := []string{}
	for _, p := range found {
		lines = append(lines, p.String())
	}
	return lines
}

// consts is a Go file with n constants and an import block, n+9 lines with the
// imports and n+4 without.
func consts(n int) string {
	return "package a\n\nimport (\n\t\"fmt\"\n\n\t\"os\"\n)\n\n// Lines.\n" + strings.Repeat("const _ = fmt.A + os.B\n", n)
}

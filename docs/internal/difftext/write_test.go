package difftext_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// manifest has three small stages. Both steps of stage 2 come before the one of
// stage 3, which changes b.go again.
func manifest() []stages.Stage {
	return []stages.Stage{
		{Number: 1, Dir: "stage01-one", Idea: "the first idea", Steps: []stages.Step{
			{Title: "Begin", Why: "There is nothing.", Files: []string{"a.go", "imports.go", "old.go"}},
		}},
		{Number: 2, Dir: "stage02-two", Idea: "the second idea", Steps: []stages.Step{
			{Title: "The later letter first", Why: "It matters " + strings.Repeat("very ", 20) + "much.", Files: []string{"b.go"}},
			{Title: "Then the other", Why: "It follows.", Files: []string{"a.go", "imports.go", "testdata/"}},
		}, Gone: []stages.Gone{{Path: "old.go", Reason: "Nobody needs it."}}},
		{Number: 3, Dir: "stage03-three", Idea: "the third idea", Steps: []stages.Step{
			{Title: "Once more", Why: "It was wrong.", Files: []string{"b.go"}},
		}},
	}
}

var files = map[string]string{
	"stage01-one/README.md":  "one\n",
	"stage01-one/a.go":       "package a\n\nimport \"example.com/workshop/stage01-one/c\"\n\nvar A = c.C\n",
	"stage01-one/imports.go": "package a\n\nvar P = print\n\n// 1\n// 2\n// 3\n// 4\n// 5\nvar Q = 1\n",
	"stage01-one/old.go":     "package a\n\nvar Old = 1\n",

	"stage02-two/README.md":        "two\n",
	"stage02-two/a.go":             "package a\n\nimport \"example.com/workshop/stage02-two/c\"\n\nvar A = c.D\n",
	"stage02-two/b.go":             "package a\n\nvar B = 1\n",
	"stage02-two/imports.go":       "package a\n\nimport (\n\t_ \"fmt\"\n\t_ \"os\"\n)\n\nvar P = print\n\n// 1\n// 2\n// 3\n// 4\n// 5\nvar Q = 2\n",
	"stage02-two/testdata/one.txt": "one\n",

	"stage03-three/a.go":             "package a\n\nimport \"example.com/workshop/stage03-three/c\"\n\nvar A = c.D\n",
	"stage03-three/b.go":             "package a\n\nvar B = 2\n",
	"stage03-three/imports.go":       "package a\n\nimport (\n\t_ \"fmt\"\n\t_ \"os\"\n)\n\nvar P = print\n\n// 1\n// 2\n// 3\n// 4\n// 5\nvar Q = 2\n",
	"stage03-three/testdata/one.txt": "one\n",
	"stage03-three/mine.go":          "package a\n\nvar Mine = 1\n",
}

// diff shows what changes between two stages.
func diff(t *testing.T, from, to int) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	var out bytes.Buffer
	require.NoError(t, difftext.Write(term.New(&out), root, manifest(), from, to))
	return out.String()
}

// requireInOrder checks that out holds all the texts, one after the other.
func requireInOrder(t *testing.T, out string, texts ...string) {
	t.Helper()
	rest := out
	for _, text := range texts {
		_, after, ok := strings.Cut(rest, text)
		require.True(t, ok, "%q is not there, or not in its place, in:\n%s", text, out)
		rest = after
	}
}

func TestADiffFollowsTheLesson(t *testing.T) {
	requireInOrder(t, diff(t, 1, 2),
		"Stage 2: the second idea\n",
		"\n2.1 The later letter first\nIt matters very ", "\nvery ",
		"\n--- /dev/null\n+++ stage02-two/b.go\n@@ -0,0 +1,3 @@\n+package a\n+\n+var B = 1\n",
		"\n2.2 Then the other\nIt follows.\n",
		"\n--- stage01-one/a.go\n+++ stage02-two/a.go\n@@ -2,4 +2,4 @@\n",
		"\n-var A = c.C\n+var A = c.D\n",
		"+++ stage02-two/imports.go\n",
		"+++ stage02-two/testdata/one.txt\n",
		"\nold.go is gone\nNobody needs it.\n",
	)
}

func TestADiffLeavesOutWhatIsNoLesson(t *testing.T) {
	out := diff(t, 1, 2)
	require.NotContains(t, out, "README")
	require.NotContains(t, out, `"os"`, "a hunk of imports alone is hidden")
	require.Contains(t, out, "\n-var Q = 1\n+var Q = 2\n", "and the file's other hunk is not")
	require.Contains(t, out, ` import "example.com/workshop/stage/c"`, "a module path reads the same in every stage")
	require.NotContains(t, out, `workshop/stage0`)
}

func TestTheFirstStageIsNewFromEndToEnd(t *testing.T) {
	out := diff(t, 0, 1)
	requireInOrder(t, out, "1.1 Begin", "+++ stage01-one/a.go\n", "+++ stage01-one/imports.go\n", "\n+var P = print\n", "+++ stage01-one/old.go\n")
	require.NotContains(t, out, "\n-v")
}

func TestALongerDiffShowsEachFileOnceAsItEnds(t *testing.T) {
	out := diff(t, 1, 3)
	requireInOrder(t, out, "Stage 2: ", "+++ stage03-three/b.go\n", "+var B = 2\n", "Stage 3: ", "3.1 Once more")
	require.Equal(t, 1, strings.Count(out, "stage03-three/b.go"))
	require.NotContains(t, out, "var B = 1")
}

func TestWhatNoStepNamesComesLast(t *testing.T) {
	requireInOrder(t, diff(t, 2, 3), "3.1 Once more", "+++ stage03-three/b.go\n", "\nChanged, but in no step\n", "+++ stage03-three/mine.go\n")
	require.NotContains(t, diff(t, 1, 2), "in no step")
}

func TestATerminalSeesColours(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"stage01-one/b.go", "stage02-two/b.go"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(name+"\n"), 0o644))
	}
	var out bytes.Buffer
	require.NoError(t, difftext.Write(&term.Screen{Writer: &out, Color: true}, root, manifest(), 1, 2))
	requireInOrder(t, out.String(), "\x1b[31m-stage01-one/b.go\x1b[", "\x1b[32m+stage02-two/b.go\x1b[")
}

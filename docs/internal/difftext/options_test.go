package difftext_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/difftext"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/term"
)

// roles is what a stage with a step of each role changes, in two parts.
func roles(t *testing.T, opts difftext.Options) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"stage01-one/core.go":      "package a\n",
		"stage01-one/old_test.go":  "package a\n",
		"stage02-two/core.go":      "package a\n\n// The core.\n",
		"stage02-two/core_test.go": "package a\n\n// The core's test.\n",
		"stage02-two/deep.go":      "package a\n\n// The deep.\n",
		"stage02-two/given.go":     "package a\n\n// The given.\n",
		"stage02-two/mine.go":      "package a\n\n// Mine.\n",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	var out bytes.Buffer
	require.NoError(t, difftext.Write(term.New(&out), root, []stages.Stage{{Number: 1, Dir: "stage01-one"}, {
		Number: 2, Dir: "stage02-two", Idea: "the second idea", Parts: []stages.Part{
			{Title: "The first part", Outcome: "You know it.", Steps: []stages.Step{
				{Title: "One", Why: "It is missing.", Role: stages.Core, Files: []string{"core.go", "core_test.go"}, Write: []string{"A", "B.C"}, Try: "go test ."},
				{Title: "Two", Why: "It is slow.", Role: stages.Deep, Files: []string{"deep.go"}},
			}},
			{Title: "The second part", Outcome: "You have it.", Steps: []stages.Step{
				{Title: "Three", Why: "It is a chore.", Role: stages.Given, Files: []string{"given.go"}},
			}},
		},
		Gone:      []stages.Gone{{Path: "old_test.go", Reason: "It is old."}},
		GoneTests: []stages.GoneTest{{Name: "TestOld", To: "TestCore"}, {Name: "TestNone", Reason: "It is nothing."}},
	}}, 1, 2, opts))
	return out.String()
}

const (
	deepLine  = "\n2.2 Two: deep, 3 lines and 0 of tests\n"
	givenLine = "\n2.3 Three: given, 3 lines and 0 of tests\n"
	testsLine = "\ncore_test.go: tests, 3 lines new and 0 gone\n"
)

func TestADiffShowsTheCoreAndSaysWhatElseThereIs(t *testing.T) {
	out := roles(t, difftext.Options{})
	requireInOrder(t, out,
		"Stage 2: the second idea\n", "\nPart 1: The first part\nYou know it.\n",
		"\n2.1 One (core, 15 min)\nIt is missing.\nTo write: A, B.C\nTo try: go test .\n", "\n+// The core.\n", testsLine,
		deepLine, "\nPart 2: The second part\nYou have it.\n", givenLine,
		"\nChanged, but in no step\n", "\n+// Mine.\n",
	)
	for _, hidden := range []string{"It is slow.", "The deep.", "It is a chore.", "The given.", "The core's test.", "It is old.", "TestOld"} {
		require.NotContains(t, out, hidden)
	}
}

func TestADiffShowsWhatIsAskedFor(t *testing.T) {
	deep := roles(t, difftext.Options{Deep: true})
	requireInOrder(t, deep, "\n+// The core.\n", testsLine, "\n2.2 Two (deep, 1 min)\nIt is slow.\n", "\n+// The deep.\n", givenLine)
	require.NotContains(t, deep, "The given.")

	all := roles(t, difftext.Options{All: true})
	requireInOrder(t, all, "\n+// The core.\n", testsLine, "\n+// The deep.\n", "\n2.3 Three (given, 1 min)\nIt is a chore.\n", "\n+// The given.\n")

	tests := roles(t, difftext.Options{Tests: true})
	requireInOrder(t, tests, "\n+// The core.\n", "\n+// The core's test.\n", deepLine, givenLine,
		"\nold_test.go is gone\nIt is old.\n", "\nTestOld is now TestCore\n", "\nTestNone is gone\nIt is nothing.\n")
	require.NotContains(t, tests, testsLine)
}

func TestADiffOfOneStepShowsNothingElse(t *testing.T) {
	out := roles(t, difftext.Options{Step: 3})
	requireInOrder(t, out, "Stage 2: the second idea\n", "\n2.3 Three (given, 1 min)\nIt is a chore.\n", "\n+// The given.\n")
	for _, hidden := range []string{"One", "Two", "Part", "Mine", "The core."} {
		require.NotContains(t, out, hidden)
	}
}

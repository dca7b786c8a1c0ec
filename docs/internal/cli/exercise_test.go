package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
)

// exercises is a repository whose third stage is one function of the workshop's
// own, so that there are hints for it; and what runs a command line in it.
func exercises(t *testing.T) (root string, run func(dir, line string) (int, string, string)) {
	t.Helper()
	root = repository(t)
	stage := stages.Stage{Number: 3, Dir: "stage03-heartbeat", Idea: "find", Parts: []stages.Part{{Steps: []stages.Step{
		{Title: "Find", Role: stages.Core, Files: []string{"store.go", "store_test.go"}, Write: []string{"Store.find"}},
	}}}}
	for name, text := range map[string]string{
		"go.mod":        "module example.com/workshop/stage03-heartbeat\n\ngo 1.26.0\n",
		"store.go":      "package store\n\nimport \"time\"\n\ntype Store struct{}\n\n// find returns twice d.\nfunc (Store) find(d time.Duration) time.Duration {\n\treturn 2 * d\n}\n",
		"store_test.go": "package store\n\nimport \"testing\"\n\nfunc TestFind(t *testing.T) {\n\tif (Store{}).find(1) != 2 {\n\t\tt.Fatal(\"wrong\")\n\t}\n}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, stage.Dir, name), []byte(text), 0o644))
	}
	require.NoError(t, os.Remove(filepath.Join(root, stage.Dir, "arith.go")))
	return root, func(dir, line string) (int, string, string) {
		var out, errs bytes.Buffer
		a := app(dir, &out, &errs)
		a.Stages = append(a.Stages[:2:2], stage)
		status := a.Run(t.Context(), strings.Fields(line))
		return status, out.String(), errs.String()
	}
}

func TestAParticipantWritesAFunction(t *testing.T) {
	root, run := exercises(t)
	ok := func(dir, line string, want ...string) {
		t.Helper()
		status, stdout, stderr := run(dir, line)
		require.Zero(t, status, stderr)
		require.Empty(t, stderr)
		for _, text := range want {
			require.Contains(t, stdout, text)
		}
	}
	copied := filepath.Join(root, "work", "stage03-heartbeat")
	file := filepath.Join(copied, "store.go")
	ok(root, "start 3", "work/stage03-heartbeat: 1 function to write in 1 step\n", "in a window of its own: "+copied+"\n", "next: go run ./docs check 3\n")
	ok(copied, "check 3", "  blank    3.1 Find  Store.find\n", "panic: write me: Store.find\n", "next: write Store.find, then go run ./docs check 3 (a hint: go run ./docs hint 3 Store.find)\n")
	ok(root, "hint 3 store.Find", "Store.find, hint 1 of ", "the next one: go run ./docs hint 3 Store.find 2\n")
	ok(root, "hint 3 Store.find 2", "Store.find, hint 2 of ")
	ok(root, "solution 3 Store.find", "stage03-heartbeat/store.go:8\n\n// find returns twice d.\nfunc (Store) find(", "\nWhy: ")

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	mine := strings.Replace(string(text), `panic("write me: Store.find")`, "return d + d", 1)
	require.NoError(t, os.WriteFile(file, []byte(mine), 0o644))
	ok(root, "start 3", "work/stage03-heartbeat is there already, with 1 of 1 function written; nothing is changed\n")
	ok(root, "start 3 -deep", "nothing is changed\n", "to write a function of a deep step in this copy: go run ./docs reset 3 NAME makes it blank\n")
	ok(root, "check 3", "  solved   3.1 Find", "next: stage 3 is solved: ")
	ok(root, "check 3 Store.find", "next: Store.find is solved; go run ./docs check 3 says what comes next\n")
	ok(root, "diff 3 -mine", "--- stage03-heartbeat/store.go\n+++ work/stage03-heartbeat/store.go\n", "\n-\treturn 2 * d\n+\treturn d + d\n")
	_, stdout, _ := run(root, "check 3 -json")
	var report struct{ Solved, Total int }
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	require.Equal(t, 1, report.Solved)

	ok(root, "reset 3 Store.find", "Store.find is as at the start; what was there is in work/.backup/stage03-heartbeat-")
	ok(root, "check 3", "  blank    3.1 Find")
	backups, err := filepath.Glob(filepath.Join(root, "work", ".backup", "*", "store.go"))
	require.NoError(t, err)
	require.Len(t, backups, 1)
}

func TestANameThatNoFunctionHasIsAMistake(t *testing.T) {
	root, run := exercises(t)
	_, _, stderr := run(root, "start 3")
	require.Empty(t, stderr)
	for line, want := range map[string]string{
		"check 3 Store.fnd":         `docs: stage 3 asks nobody to write "Store.fnd"; did you mean Store.find?`,
		"hint 3 Store.fnd":          `docs: stage 3 asks nobody to write "Store.fnd"; did you mean Store.find?`,
		"solution 3 Store.fnd":      `docs: stage 3 asks nobody to write "Store.fnd"; did you mean Store.find?`,
		"reset 3 Store.fnd":         `docs: stage 3 asks nobody to write "Store.fnd"; did you mean Store.find?`,
		"hint 3 Store.find 9":       `docs: "9" is none of the hints 1 to `,
		"check 3 Store.find -run T": `docs: step 3.1 (Find) has no test "T"; it has TestFind`,
		"start 3 -from-mine":        "",
		"start 3 -from-mine -dep":   "docs: unknown flag: -dep; -h lists the flags",
	} {
		status, _, stderr := run(root, line)
		require.Contains(t, stderr, want)
		if want != "" {
			require.Equal(t, 2, status, line)
			require.Equal(t, 1, strings.Count(stderr, "\n"))
		}
	}
}

func TestACopyThatCannotBeWrittenIsOneLine(t *testing.T) {
	root, run := exercises(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "work"), nil, 0o644)) // whoever runs as root may write anywhere else
	status, _, stderr := run(root, "start 3")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, filepath.Join(root, "work"))
	require.Equal(t, 1, strings.Count(stderr, "\n"))
}

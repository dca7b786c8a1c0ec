package faults_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/faults"
	"example.com/workshop/docs/internal/stages"
)

// code is the hash of a small stage, of which some files are different.
func code(t *testing.T, different map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{
		"cmd/arith-server/main.go": "package main\n\nimport \"example.com/workshop/stage01-one/server\"\n\nfunc main() { server.Run() }\n",
		"cmd/other/main.go":        "package main\n\nfunc main() {}\n",
		"server/server.go":         "package server\n\nimport \"example.com/workshop/stage01-one/inner\"\n\n// Run runs.\nfunc Run() {\n\tinner.Go(1) // goes\n}\n\nvar V = 1\n",
		"server/server_test.go":    "package server\n",
		"inner/inner.go":           "package inner\n\nfunc Go(int) {}\n",
		"unused/unused.go":         "package unused\n",
	}
	for name, text := range different {
		files[name] = text
	}
	for name, text := range files {
		file := filepath.Join(root, "stage01-one", filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	hash, err := faults.Code(root, stages.Stage{Dir: "stage01-one"})
	require.NoError(t, err)
	return hash
}

func TestTheHashIsOfWhatTheCommandsDeclare(t *testing.T) {
	t.Parallel()
	before := code(t, nil)
	require.NotEmpty(t, before)
	for what, files := range map[string]map[string]string{
		"a comment":       {"server/server.go": "package server\n\nimport \"example.com/workshop/stage01-one/inner\"\n\n// Run runs well.\nfunc Run() {\n\tinner.Go(1)\n}\n\nvar V = 1\n"},
		"the formatting":  {"server/server.go": "package server\n\nimport \"example.com/workshop/stage01-one/inner\"\n\nfunc Run() {\n\n\tinner.Go( 1 )\n}\n\nvar   V = 1\n"},
		"the file":        {"server/server.go": "package server\n\nvar V = 1\n", "server/zrun.go": "package server\n\nimport \"example.com/workshop/stage01-one/inner\"\n\nfunc Run() {\n\tinner.Go(1)\n}\n"},
		"a test":          {"server/server_test.go": "package server\n\nvar X = 1\n"},
		"another command": {"cmd/other/main.go": "package main\n\nfunc main() { panic(1) }\n"},
		"what is unused":  {"unused/unused.go": "package unused\n\nvar X = 1\n"},
	} {
		require.Equal(t, before, code(t, files), what)
	}
	for what, files := range map[string]map[string]string{
		"a command":         {"cmd/arith-server/main.go": "package main\n\nimport \"example.com/workshop/stage01-one/server\"\n\nfunc main() { server.Run(); server.Run() }\n"},
		"an import":         {"inner/inner.go": "package inner\n\nfunc Go(int) { panic(1) }\n"},
		"a literal":         {"server/server.go": "package server\n\nimport \"example.com/workshop/stage01-one/inner\"\n\nfunc Run() {\n\tinner.Go(2)\n}\n\nvar V = 1\n"},
		"a new declaration": {"server/more.go": "package server\n\nvar X = 1\n"},
	} {
		require.NotEqual(t, before, code(t, files), what)
	}
}

func TestThePageNamesTheStagesThatHaveChanged(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	all := []stages.Stage{{Number: 1, Dir: "stage01-one"}, {Number: 2, Dir: "stage02-two"}}
	main := func(s stages.Stage, text string) {
		dir := filepath.Join(root, s.Dir, "cmd", "arith-server")
		require.NoError(t, os.MkdirAll(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {"+text+"}\n"), 0o644))
	}
	main(all[0], "")
	main(all[1], "")
	source, err := faults.Here(t.Context(), root, "measure", all)
	require.NoError(t, err)
	requireChanged := func(want ...string) {
		t.Helper()
		changed, err := source.Changed(root, all)
		require.NoError(t, err)
		require.Equal(t, want, changed)
	}
	requireChanged([]string(nil)...)
	main(all[1], "panic(1)")
	requireChanged("02")

	source.When = time.Time{}
	page := faults.Report{Source: source}.Markdown(nil, nil, []string{"02"})
	require.Contains(t, page, ").\n\nStage 02 has changed since this was measured.\n")
	require.NotContains(t, faults.Report{Source: source}.Markdown(nil, nil, nil), "has changed")
}

package text_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/text"
)

const storeGo = `package store

// Put adds.
func Put(n int) error {
	return nil
}

// Get gets.
func Get() int { return 1 }
`

// fake is a manifest of two stages.
func fake() []stages.Stage {
	step := func(title string, role stages.Role, halfDay bool, write []string, files ...string) stages.Step {
		return stages.Step{Title: title, Why: "why", Role: role, HalfDay: halfDay, Write: write, Files: files}
	}
	return []stages.Stage{
		{Number: 1, Dir: "stage01-rpc", Idea: "one", Parts: []stages.Part{
			{Title: "a store", Steps: []stages.Step{step("A store", stages.Core, true, []string{"Put"}, "store.go")}},
			{Title: "more", Steps: []stages.Step{step("A list", stages.Deep, false, nil, "list.go", "list_test.go")}},
		}},
		{Number: 2, Dir: "stage02-registry", Idea: "two", Parts: []stages.Part{{Title: "all"}}},
	}
}

// repository writes a repository of two stages with some pages more.
func repository(t *testing.T, pages map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{
		"go.work":                     "go 1.26.0\n",
		"docs/go.mod":                 "module example.com/workshop/docs\n",
		"stage01-rpc/store.go":        storeGo,
		"stage01-rpc/list.go":         "package store\n\nvar List []int\n",
		"stage01-rpc/list_test.go":    "package store_test\n\nfunc TestList(t *testing.T) {}\n",
		"stage02-registry/store.go":   storeGo,
		"stage02-registry/group.go":   "package store\n\nconst (\n\tA = 1\n\tB = 2\n)\n\nvar C = 3\n",
		"docs/breaks/stage01/lost.go": "//go:build ignore\n\npackage store\n\nfunc Put(n int) error { panic(n) }\n",
		"docs/breaks/stage02/lost.go": "//go:build ignore\n\npackage store\n\nfunc Put(n int) error { panic(2) }\n",
	}
	for name, text := range pages {
		files[name] = text
	}
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return root
}

// synced reads and looks up the one page of a repository.
func synced(t *testing.T, name, markdown string) text.Synced {
	t.Helper()
	root := repository(t, map[string]string{name: markdown})
	pages, err := text.Pages(root, fake())
	require.NoError(t, err)
	all, err := text.Sync(root, fake(), pages)
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

func lines(problems []text.Problem) (lines []string) {
	for _, p := range problems {
		lines = append(lines, p.String())
	}
	return lines
}

func TestABlockOfGoIsWrittenAnew(t *testing.T) {
	const before = "# A page\n\n```go stage01-rpc/store.go Put\nold\n```\n\nText.\n\n" +
		"1. A list\n\n   ```go stage01-rpc/store.go Put Get signature\n   ```\n\n" +
		"````go break:lost Put\n```\n````\nend"
	s := synced(t, "docs/stage01-rpc.md", before)
	require.Empty(t, s.Problems)
	require.Equal(t, []string{
		"docs/stage01-rpc.md:3: the block is not what stage01-rpc/store.go Put is now",
		"docs/stage01-rpc.md:11: the block is not what stage01-rpc/store.go Put Get signature is now",
		"docs/stage01-rpc.md:14: the block is not what break:lost Put is now",
	}, lines(s.Stale))
	require.Equal(t, "# A page\n\n```go stage01-rpc/store.go Put\n// Put adds.\nfunc Put(n int) error {\n\treturn nil\n}\n```\n\nText.\n\n"+
		"1. A list\n\n   ```go stage01-rpc/store.go Put Get signature\n   // Put adds.\n   func Put(n int) error\n\n   // Get gets.\n   func Get() int\n   ```\n\n"+
		"````go break:lost Put\nfunc Put(n int) error { panic(n) }\n````\nend", s.Text)

	again := synced(t, "docs/stage01-rpc.md", s.Text)
	require.Empty(t, again.Stale)
	require.Equal(t, s.Text, again.Text)
}

func TestTheNamesOfAGroupShowItOnce(t *testing.T) {
	s := synced(t, "README.md", "```go stage02-registry/group.go A C B\n```\n")
	require.Equal(t, "```go stage02-registry/group.go A C B\nconst (\n\tA = 1\n\tB = 2\n)\n\nvar C = 3\n```\n", s.Text)
}

func TestABlockThatCannotBeLookedUpHasALine(t *testing.T) {
	for info, want := range map[string]string{
		"go":                                 "a block of Go names a file and its declarations: go PATH NAME, or go naive",
		"go naive":                           "",
		"golang":                             "",
		"go stage01-rpc/store.go":            "it names no declaration of stage01-rpc/store.go",
		"go stage01-rpc/store.go signature":  "it names no declaration of stage01-rpc/store.go",
		"go stage01-rpc/store.go Pat":        "stage01-rpc/store.go: no declaration Pat; did you mean Put?",
		"go stage01-rpc/stare.go Put":        "no file stage01-rpc/stare.go; did you mean stage01-rpc/store.go?",
		"go stage01-rpc/registry/list.go Xy": "no file stage01-rpc/registry/list.go; did you mean stage01-rpc/list.go?",
		"go break:last Put":                  "no break last; did you mean lost?",
		"go break:lost Get":                  "docs/breaks/stage02/lost.go: no declaration Get; did you mean Put?",
	} {
		s := synced(t, "docs/stage02-registry.md", "\n```"+info+"\nx\n```\n")
		require.Equal(t, s.Page.Text, s.Text)
		if want == "" {
			require.Empty(t, s.Problems)
		} else {
			require.Equal(t, []string{"docs/stage02-registry.md:2: " + want}, lines(s.Problems))
		}
	}
	s := synced(t, "docs/pitfalls.md", "```go break:lost Put\n```\n")
	require.Equal(t, []string{"docs/pitfalls.md:1: several stages have a break lost"}, lines(s.Problems))
	s = synced(t, "docs/pitfalls.md", "a\n```go stage01-rpc/store.go Put\n")
	require.Equal(t, []string{"docs/pitfalls.md:2: the block has no end"}, lines(s.Problems))
}

func TestOnlyChangedPagesAreWritten(t *testing.T) {
	const good = "```go stage01-rpc/store.go Get\n// Get gets.\nfunc Get() int { return 1 }\n```\n"
	root := repository(t, map[string]string{
		"README.md": good, "docs/zh/a.md": "```go stage01-rpc/store.go Get\r\n```\r\n", "docs/internal/b.md": "```go\n```\n",
	})
	pages, err := text.Pages(root, fake())
	require.NoError(t, err)
	all, err := text.Sync(root, fake(), pages)
	require.NoError(t, err)
	require.Len(t, all, 2, "what is internal is no page")
	for _, s := range all {
		changed, err := s.Write(root)
		require.NoError(t, err)
		require.Equal(t, s.Page.Path == "docs/zh/a.md", changed)
	}
	written, err := os.ReadFile(filepath.Join(root, "docs", "zh", "a.md"))
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(good, "\n", "\r\n"), string(written), "its line ends stay")
}

func TestAPageBelongsToAStageOrToNone(t *testing.T) {
	for name, want := range map[string]string{
		"stage01-rpc/README.md":             "stage01-rpc",
		"docs/stage02-registry.md":          "stage02-registry",
		"docs/stage02-registry-1-follow.md": "stage02-registry",
		"docs/zh/stage02-registry.md":       "stage02-registry",
		"README.md":                         "",
		"docs/README.md":                    "",
		"docs/hints/stage02.md":             "",
	} {
		require.Equal(t, want, text.Parse(name, "").Dir(fake()), name)
	}
}

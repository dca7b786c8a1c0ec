package guide_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

// small is a guide to a workshop of two small stages.
func small(t *testing.T) *guide.Guide {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"stage01-one/core.go":      "package a\n\nimport \"os\"\n\nvar A = 1\n",
		"stage01-one/imports.go":   "package a\n\nimport \"os\"\n\nvar I = os.Args\n",
		"stage01-one/old.go":       "package a\n",
		"stage02-two/core.go":      "package a\n\nimport (\n\t\"io\"\n\t\"os\"\n)\n\nvar A = 2\nvar B = 3\n",
		"stage02-two/core_test.go": "package a\n\n// The core's test.\n",
		"stage02-two/deep.go":      "package a\n\n// A <deep> one.\n",
		"stage02-two/given.go":     "package a\n",
		"stage02-two/imports.go":   "package a\n\nimport \"io\"\n\nvar I = os.Args\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	g, err := guide.New(guide.Options{Docs: fixture, Root: dir, Stages: []stages.Stage{
		{Number: 1, Dir: "stage01-one", Idea: "one"},
		{Number: 2, Dir: "stage02-two", Idea: "two", Parts: []stages.Part{{Outcome: "You know it.", Steps: []stages.Step{
			{Title: "Given", Why: "It is a chore.", Role: stages.Given, Files: []string{"given.go"}},
			{Title: "Core", Why: "It is missing.", Role: stages.Core, Files: []string{"core.go", "core_test.go", "imports.go"}, Write: []string{"F"}, Try: "go test ."},
			{Title: "Deep", Why: "It is slow.", Role: stages.Deep, Files: []string{"deep.go"}},
		}}}, Gone: []stages.Gone{{Path: "old.go", Reason: "It is old."}}},
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	return g
}

// requireInOrder checks that text holds all the parts, one after the other.
func requireInOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, part)
		require.True(t, ok, "%q is not there, or not in its place, before:\n%.2000s", part, rest)
		rest = after
	}
}

func TestAStageShowsItsCoreFirstAndFoldsTheRest(t *testing.T) {
	page := get(t, small(t), "/diff/2").Body.String()
	requireInOrder(t, page,
		`<span class="role core">core</span> <span class="note">8 min · 2 lines and 3 of tests</span>`,
		`<span class="role deep">deep</span> <span class="note">1 min · 3 lines and 0 of tests</span>`,
		`<span class="role given">given</span>`, "You know it.",
		`<a href="/diff/2/2">2.2 Core</a>`, "It is missing.", `data-fragment="/diff/2/2?fragment=1"`,
		`<details class="folded"><summary>Deep steps`, `<a href="/diff/2/3">2.3 Deep</a>`,
		`<details class="folded"><summary>Given steps`, `<a href="/diff/2/1">2.1 Given</a>`,
		"<code>old.go</code>: It is old.")
}

func TestADiffsPageIsNotTakenForTheChapter(t *testing.T) {
	g := small(t)
	page := get(t, g, "/diff/2").Body.String()
	requireInOrder(t, page, "<title>What stage 2 changes: two ·", "<h1>What stage 2 changes: two</h1>")
	requireInOrder(t, get(t, g, "/diff/2/1").Body.String(),
		`<a href="/diff/2">What stage 2 changes</a>`, `<a rel="prev" href="/diff/2">`, "What stage 2 changes: two</a>", "2.2 Core</a>")
}

func TestAStepIsShownUnified(t *testing.T) {
	page := get(t, small(t), "/diff/2/2").Body.String()
	requireInOrder(t, page, "It is missing.", "<code>F</code>", "<kbd>go test .\n</kbd>",
		`<span class="path">core.go</span> <span class="added">+2</span> <span class="deleted">−1</span>`,
		"aria-label=\"core.go\"><table>\n<tr><td>1<td>1<td><td class=l><span class=k>package </span>a\n<tr><td>2<td>2<td><td class=l>\n"+
			"<tr class=gap><td colspan=4>⋯\n<tr><td>4<td>7<td><td class=l>\n",
		"<tr class=d><td>5<td><td>−<td class=l><span class=k>var </span>A = <span class=m>1</span>\n",
		"<tr class=a><td><td>8<td>+<td class=l><span class=k>var </span>A = <span class=m>2</span>\n",
		`<details><summary><span class="path">core_test.go</span>`, "The core&#39;s test.",
		`<span class="path">imports.go</span>`, "Only its imports change.",
	)
	require.NotContains(t, page, "os&#34;", "imports are noise")
	require.Contains(t, get(t, small(t), "/diff/2/3").Body.String(), "// A &lt;deep&gt; one.")
}

func TestAStepIsShownSideBySideAndStaysSo(t *testing.T) {
	g := small(t)
	w := get(t, g, "/diff/2/2?view=split")
	requireInOrder(t, w.Body.String(),
		"<tr><td class=d>5 −<td class=\"l d\"><span class=k>var </span>A = <span class=m>1</span><td class=a>8 +<td class=\"l a\"><span class=k>var </span>A = <span class=m>2</span>\n",
		"<tr><td class=n><td class=n><td class=a>9 +<td class=\"l a\"><span class=k>var </span>B",
	)
	again := httptest.NewRequest(http.MethodGet, "/diff/2/2?fragment=1", nil)
	again.AddCookie(w.Result().Cookies()[0])
	fragment := httptest.NewRecorder()
	g.ServeHTTP(fragment, again)
	require.Contains(t, fragment.Body.String(), "<td class=d>5 −")
	require.NotContains(t, fragment.Body.String(), "<html")

	unified := get(t, g, "/diff/2/2?view=unified")
	require.Equal(t, "unified", unified.Result().Cookies()[0].Value)
	require.Contains(t, unified.Body.String(), "<tr class=d>")
}

package text_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/text"
)

// refers returns what a page refers to in vain.
func refers(t *testing.T, name, markdown string) (problems []string) {
	t.Helper()
	root := repository(t, map[string]string{
		name:                          markdown,
		"docs/other.md":               "# One\n\n## Stop & go: `kill -9`\n\n### [A link](x.md), *soft*\n## One\n<a id=\"here\"></a>\n```sh\n# No heading\n```\n",
		"docs/traps.md":               "### N1: a trap\n",
		"docs/x.md":                   "x\n",
		"docs/internal/a/a_test.go":   "package a\n\nfunc TestDocs(t *testing.T) {}\n",
		"stage01-rpc/in/in_test.go":   "package in\n\nfunc TestIn(t *testing.T) {}\n",
		"stage02-registry/b_test.go":  "package b\n\nfunc TestB(t *testing.T) {}\n",
		"stage02-registry/cmd/a/m.go": "package main\n",
	})
	pages, err := text.Pages(root, fake())
	require.NoError(t, err)
	found, err := text.CheckRefs(root, fake(), pages)
	require.NoError(t, err)
	for _, p := range found {
		require.Equal(t, name, p.Path)
		problems = append(problems, p.String())
	}
	return problems
}

func TestLinksGoSomewhere(t *testing.T) {
	for link, why := range map[string]string{
		"[a](other.md)":                              "",
		"[a](other.md#one)":                          "",
		"[a](other.md#one-1)":                        "",
		"[a](other.md#stop--go-kill--9)":             "",
		"[a](other.md#a-link-soft)":                  "",
		"[a](other.md#here)":                         "",
		"[a](../stage01-rpc)":                        "",
		"[a](../stage01-rpc/store.go)":               "",
		"[a](#a-page)":                               "",
		"[a](https://example.com/x#y)":               "",
		"`[a](nowhere.md)`":                          "",
		"![a](x.md \"a title\")":                     "",
		"<a href=\"x.md\">":                          "",
		"[a](othr.md)":                               "there is no docs/othr.md; did you mean docs/other.md?",
		"[a]: othr.md":                               "there is no docs/othr.md; did you mean docs/other.md?",
		"<img src=\"x.png\">":                        "there is no docs/x.png",
		"[a](other.md#tow)":                          "no heading tow; did you mean one?",
		"[a](other.md#no-heading)":                   "no heading no-heading; did you mean here?",
		"[a](#one)":                                  "no heading one; did you mean a-page?",
		"[a](../stage01-rpc/store.go#L3)":            "lines move; name the declaration instead",
		"[a](../stage01-rpc/store.go#Put)":           "stage01-rpc/store.go has no headings",
		"[a](../../x.md)":                            "it leaves the repository",
		"[a](/x.md)":                                 "it leaves the repository",
		"[![a](x.png)](other.md) [b](other.md#ohne)": "no heading ohne; did you mean one?",
	} {
		got := refers(t, "docs/page.md", "# A page\n\n"+link+"\n")
		if why == "" {
			require.Empty(t, got, link)
			continue
		}
		require.NotEmpty(t, got, link)
		require.Regexp(t, `^docs/page.md:3: the link to \S+ goes nowhere: `, got[0])
		require.Contains(t, got[len(got)-1], " goes nowhere: "+why)
	}
}

func TestFilesAndTestsInBackQuotesExist(t *testing.T) {
	for words, want := range map[string]string{
		"`stage01-rpc/store.go` and `store.go` and `in_test.go` and `in/*_test.go`": "",
		"`net/rpc`, `client/v3`, `X_test.go`, `stageNN.go`, `a.b.go x`, `.go`":      "",
		"`TestIn`, `in/TestIn`, `go test -run TestIn ./in`, `TestName`, `Testing`":  "",
		"`cmd/` and `docs/other.md`":       "docs/stage01-rpc.md:3: there is no file cmd/",
		"`stare.go`":                       "docs/stage01-rpc.md:3: there is no file stare.go; did you mean stage01-rpc/store.go?",
		"`in/store.go`":                    "docs/stage01-rpc.md:3: there is no file in/store.go; did you mean stage01-rpc/store.go?",
		"`TestB`":                          "docs/stage01-rpc.md:3: there is no test TestB in stage01-rpc; did you mean TestList?",
		"`TestB` of stage 2":               "",
		"Stage 02 has it:\n`TestB`":        "",
		"Stage 02 has it.\n\n`TestB`":      "docs/stage01-rpc.md:5: there is no test TestB in stage01-rpc; did you mean TestList?",
		"`out/TestIn`":                     "docs/stage01-rpc.md:3: there is no test out/TestIn in stage01-rpc; did you mean in/TestIn?",
		"step\n\"A store\" of stage 1":     "",
		"step \"A shop\"":                  `docs/stage01-rpc.md:3: it names the step "A shop", which does not exist`,
		"stage 3":                          "docs/stage01-rpc.md:3: it names stage 3, which does not exist",
		"stage02-regis and then chapter 1": "docs/stage01-rpc.md:3: it names stage02-regis, which is no stage's folder",
		"chapter 2":                        "docs/stage01-rpc.md:3: it names chapter 2, which does not exist: name the stage",
		"N1 and F3":                        "docs/stage01-rpc.md:3: it names F3, which docs/traps.md does not explain",
	} {
		got := refers(t, "docs/stage01-rpc.md", "# A page\n\n"+words+"\n")
		if want == "" {
			require.Empty(t, got, words)
		} else {
			require.Equal(t, []string{want}, got, words)
		}
	}
	require.Empty(t, refers(t, "docs/page.md", "`TestB`, `TestIn`, `TestDocs`, `internal/a/TestDocs`, `cmd/a/m.go`, `stage02-registry/TestB`\n"))
	require.Equal(t, []string{"docs/page.md:1: there is no test TestC; did you mean TestB?"}, refers(t, "docs/page.md", "`TestC`\n"))
}

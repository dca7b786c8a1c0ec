package guide_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

var contentsLink = regexp.MustCompile(`<li[^>]*><a href="([^"]+)"`)

// contents are the addresses in the contents of a page.
func contents(t *testing.T, h http.Handler, path string) []string {
	t.Helper()
	page := get(t, h, path).Body.String()
	_, nav, ok := strings.Cut(page, `<ol class="pages">`)
	require.True(t, ok)
	nav, _, _ = strings.Cut(nav, "<h2>")
	var all []string
	for _, match := range contentsLink.FindAllStringSubmatch(nav, -1) {
		if !strings.HasPrefix(match[1], "#") {
			all = append(all, match[1])
		}
	}
	return all
}

func markdown(names ...string) fstest.MapFS {
	files := make(fstest.MapFS)
	for _, name := range names {
		files[name] = &fstest.MapFile{Data: []byte("# " + name + "\n")}
	}
	return files
}

func TestPagesFollowTheWayThroughTheWorkshop(t *testing.T) {
	docs := markdown("zebra.md", "instructor.md", "fault-matrix.md", "registries.md", "glossary.md", "traps.md", "pitfalls.md",
		"stage05-etcd.md", "stage04-balancing-2-choose.md", "stage04-balancing-1-follow.md", "stage01-rpc.md", "setup.md", "README.md")
	require.Equal(t, []string{
		"/docs/README.md", "/docs/setup.md", "/docs/stage01-rpc.md",
		"/stage02-registry/README.md", "/stage03-heartbeat/README.md", // they have no chapter
		"/docs/stage04-balancing-1-follow.md", "/docs/stage04-balancing-2-choose.md", "/docs/stage05-etcd.md",
		"/docs/pitfalls.md", "/docs/traps.md", "/docs/glossary.md", "/docs/registries.md", "/docs/fault-matrix.md", "/docs/instructor.md",
		"/docs/zebra.md",
	}, contents(t, real(t, docs), "/docs/traps.md"))
}

func TestNextAndPreviousFollowTheContents(t *testing.T) {
	g := real(t, markdown("README.md", "setup.md", "traps.md"))
	page := get(t, g, "/docs/setup.md").Body.String()
	require.Contains(t, page, `<link rel="prev" href="/docs/README.md">`)
	require.Contains(t, page, `<link rel="next" href="/stage01-rpc/README.md">`)
	require.NotContains(t, get(t, g, "/docs/README.md").Body.String(), `rel="prev"`)
	require.Contains(t, get(t, g, "/stage05-etcd/README.md").Body.String(), `<link rel="next" href="/docs/traps.md">`)
	require.NotContains(t, get(t, g, "/docs/traps.md").Body.String(), `rel="next"`)
	page = get(t, g, "/diff/1").Body.String()
	require.Contains(t, page, `<p class="note"><a href="/stage01-rpc/README.md">The chapter: Stage 01`)
	require.Contains(t, page, `<link rel="next" href="/diff/1/1">`)
	require.NotContains(t, page, `rel="prev"`)
	require.Contains(t, get(t, g, "/diff/2").Body.String(), `<link rel="prev" href="/diff/1/`)
	require.Contains(t, get(t, g, "/diff/2").Body.String(), `<link rel="next" href="/diff/2/1">`)
}

func TestWithoutATextOfItsOwnTheGuideBeginsWithTheReadme(t *testing.T) {
	w := get(t, real(t, markdown("traps.md")), "/")
	require.Equal(t, http.StatusFound, w.Code)
	require.Equal(t, "/README.md", w.Header().Get("Location"))
}

func TestAFolderWithWordsIsALanguage(t *testing.T) {
	english, err := os.ReadFile("words/en.json")
	require.NoError(t, err)
	g, err := guide.New(guide.Options{
		Docs: markdown("README.md", "traps.md", "xx/README.md", "xx/traps.md", "hints/stage01.md"),
		Words: fstest.MapFS{
			"en.json": &fstest.MapFile{Data: english},
			"xx.json": &fstest.MapFile{Data: []byte(`{"language": "Xish", "contents": "Xontents"}`)},
		},
		Root: root, Stages: stages.All(),
	})
	require.NoError(t, err)
	defer g.Close()
	list := contents(t, g, "/docs/xx/traps.md")
	require.Equal(t, "/docs/xx/README.md", list[0])
	require.Equal(t, "/docs/xx/traps.md", list[len(list)-1])
	page := get(t, g, "/docs/xx/traps.md").Body.String()
	require.Contains(t, page, `<html lang="xx">`)
	require.Contains(t, page, "Xontents")
	require.Contains(t, page, `<a href="/docs/traps.md">English</a>`)
	require.Contains(t, get(t, g, "/docs/traps.md").Body.String(), `<a href="/docs/xx/traps.md">Xish</a>`)
	require.NotContains(t, get(t, g, "/docs/README.md").Body.String(), "hints")
}

func TestWhatNobodyIsMeantToSeeIsNotThere(t *testing.T) {
	g := real(t, fixture)
	for _, path := range []string{"/.git/HEAD", "/.ci/run", "/stage03-heartbeat/.x", "/nothing", "/nothing.md", "/docs/nothing.md", "/diff/9", "/diff/x", "/diff/3/0", "/diff/3/99", "/assets/layout.html", "/assets/nothing"} {
		require.Equal(t, http.StatusNotFound, get(t, g, path).Code, path)
	}
	for _, path := range []string{"/%00", "/stage03-heartbeat/%00", "/README.md/below", "/" + strings.Repeat("a", 300), "/docs/" + strings.Repeat("a", 300) + ".md"} {
		require.Equal(t, http.StatusNotFound, get(t, g, path).Code, "no file can have the name %s", path)
	}
	require.Contains(t, get(t, g, "/nothing").Body.String(), "There is no such page")
	for _, path := range []string{"/", "/README.md", "/diff/3"} {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, path)
	}
}

package lab_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/stages"
)

var labLink = regexp.MustCompile(`<a class="lab" href="([^"]*)"`)

func TestWhatTheChaptersSendToTheLabCanBePlayedThere(t *testing.T) {
	g, err := guide.New(guide.Options{Docs: os.DirFS("../.."), Root: "../../..", Stages: stages.All(), Token: "KEY"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	g.Mount("/lab/", http.NotFoundHandler())
	files, err := filepath.Glob("../../*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	found, played := make(map[int]bool), make(map[string]bool)
	for _, file := range files {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/docs/"+filepath.Base(file), nil))
		require.Equal(t, http.StatusOK, w.Code, file)
		require.NotContains(t, w.Body.String(), "<!-- lab", "%s: this is no mark, and is hidden", file)
		for _, match := range labLink.FindAllStringSubmatch(w.Body.String(), -1) {
			u, err := url.Parse(html.UnescapeString(match[1]))
			require.NoError(t, err)
			script := u.Query().Get("script")
			for number := range strings.SplitSeq(u.Query().Get("stage"), ",") {
				n, err := strconv.Atoi(number)
				require.NoError(t, err, "%s: %s", file, u)
				s, err := stages.Find(stages.All(), n)
				require.NoError(t, err, file)
				if script != "" {
					require.NoError(t, lab.Playable(script, s), "%s in stage %d", file, n)
				}
				found[n], played[script] = true, true
			}
		}
	}
	require.Len(t, found, len(stages.All()), "every stage's chapter leads to its lab")
	require.Greater(t, len(played), 10)
}

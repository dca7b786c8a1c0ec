package guide_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

// marked has the lab's mark in each of its forms, and a comment that is none.
var marked = fstest.MapFS{
	"stage03-heartbeat.md": {Data: []byte("# Leases\n\nSee it. <!-- lab -->\n\n| do |\n|---|\n| kill it <!-- lab: server-crash --> |\n\nSilent <!-- collab: x --> <b>here</b>.\n")},
	"instructor.md":        {Data: []byte("# To teach\n\nBoth. <!-- lab: 3,4 server-crash --> And one. <!-- lab: 5 -->\n")},
}

func TestPagesLeadToTheLabWithItsToken(t *testing.T) {
	g, err := guide.New(guide.Options{Docs: marked, Root: root, Stages: stages.All(), Token: "KEY"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	g.Mount("/lab/", http.NotFoundHandler())
	chapter := get(t, g, "/docs/stage03-heartbeat.md").Body.String()
	require.Contains(t, chapter, `<p>See it. <a class="lab" href="/lab/?token=KEY&amp;stage=3">open the lab</a></p>`)
	require.Contains(t, chapter, `<td>kill it <a class="lab" href="/lab/?token=KEY&amp;script=server-crash&amp;stage=3">play in the lab</a></td>`)
	require.Contains(t, chapter, `<p>Silent <!-- collab: x --> <b>here</b>.</p>`)
	require.Contains(t, chapter, `<a href="/lab/?token=KEY">The lab</a>`)
	other := get(t, g, "/docs/instructor.md").Body.String()
	require.Contains(t, other, `Both. <a class="lab" href="/lab/?token=KEY&amp;script=server-crash&amp;stage=3,4">play in the lab</a>`)
	require.Contains(t, other, `And one. <a class="lab" href="/lab/?token=KEY&amp;stage=5">open the lab</a>`)
}

func TestWithoutALabNobodyIsSentToIt(t *testing.T) {
	page := get(t, real(t, marked), "/docs/stage03-heartbeat.md").Body.String()
	require.NotContains(t, page, "/lab/")
	require.Contains(t, page, "<td>kill it </td>")
}

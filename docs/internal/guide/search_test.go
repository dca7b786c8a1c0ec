package guide_test

import (
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

var foundLink = regexp.MustCompile(`<li><a href="([^"]+)">([^<]*)</a>`)

// found are the places that a search finds, each with its heading.
func found(t *testing.T, query string) (places [][2]string) {
	t.Helper()
	page := get(t, real(t, fixture), "/search?fragment=1&q="+url.QueryEscape(query)).Body.String()
	for _, match := range foundLink.FindAllStringSubmatch(page, -1) {
		places = append(places, [2]string{match[1], match[2]})
	}
	return places
}

func TestASearchFindsChaptersReadmesAndSteps(t *testing.T) {
	for query, want := range map[string][2]string{
		"gone after four":    {"/docs/stage03-heartbeat.md#by-hand", "By hand"},
		"-d lease=mine":      {"/docs/stage03-heartbeat.md#by-hand", "By hand"},
		"nobody called it":   {"/docs/stage03-heartbeat.md#by-hand", "By hand"},
		"THE SAME NAME":      {"/docs/traps.md#n1-1", "N1"},
		"right to be listed": {"/docs/glossary.md", "Glossary"},
		"überlauf":           {"/docs/traps.md#租约-und-überlauf", "租约 und Überlauf"},
		"Registration.keep":  {"/diff/3/4", "A heartbeat that goes on"},
		"kill -STOP PID":     {"/stage03-heartbeat/README.md", "Stage 03: a registration is a lease"},
	} {
		places := found(t, query)
		for i := range places { // an address in a page is escaped
			places[i][0], _ = url.PathUnescape(places[i][0])
		}
		require.Contains(t, places, want, query)
	}
	require.Empty(t, found(t, "xyzzy lease"), "all words are wanted")
	require.Empty(t, found(t, ""))
}

func TestAHeadingCountsMoreThanAText(t *testing.T) {
	require.Equal(t, [2]string{"/diff/3/3", "A sweep"}, found(t, "a sweep")[1])
	require.Equal(t, "/docs/stage03-heartbeat.md#task-1-a-sweep", found(t, "a sweep")[0][0])
}

func TestAHitIsMarkedAndEscaped(t *testing.T) {
	page := get(t, real(t, fixture), "/search?q=%3Cb%3E").Body.String()
	require.Contains(t, page, "Nothing says “&lt;b&gt;”.")
	page = get(t, real(t, fixture), "/search?q=LISTED+right").Body.String()
	require.Contains(t, page, "Lease: the <mark>right</mark> to be <mark>listed</mark>.")
	require.Contains(t, page, `value="LISTED right"`)
}

package guide_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

// copies are what a participant has, by the number of the stage.
type copies map[int]guide.Copy

func (c copies) Copy(s stages.Stage) (guide.Copy, error) {
	if s.Number == 3 {
		return guide.Copy{}, errors.New("it cannot be read")
	}
	return c[s.Number], nil
}

func TestACopyTellsHowFarItHasCome(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "stage01-one"), 0o755))
	all := []stages.Stage{{Number: 1, Dir: "stage01-one", Idea: "one", Parts: []stages.Part{{Steps: []stages.Step{
		{Title: "Store", Why: "It is missing.", Role: stages.Core, Write: []string{"Store.Put", "Store.Get"}},
		{Title: "Jitter", Why: "It is missing.", Role: stages.Core, Write: []string{"jitter"}},
		{Title: "Budget", Why: "It is missing.", Role: stages.Deep, Write: []string{"budget"}},
	}}}}, {Number: 2, Dir: "stage02-two", Idea: "two"}}
	opts := guide.Options{Docs: fixture, Root: dir, Stages: all, Progress: copies{1: {Dir: "work/stage01-one", Functions: map[string]guide.Function{
		"Store.Put": {State: guide.Green, URL: "/work/stage01-one/store.go#L7"}, "Store.Get": {State: guide.Changed}, "jitter": {State: guide.Blank},
	}}}}
	g, err := guide.New(opts)
	require.NoError(t, err)
	defer g.Close()
	page := get(t, g, "/progress").Body.String()
	requireInOrder(t, page, `<progress max="3" value="1"`, "<kbd>go run ./docs check 1\n</kbd>",
		`<a href="/diff/1/1">1.1 Store</a>`,
		`<span class="state green">passes</span> <code>Store.Put</code> <a class="file" href="/work/stage01-one/store.go#L7">store.go:7</a>`,
		`<span class="state changed">written, not checked</span> <code>Store.Get</code>`,
		`<a href="/diff/1/2">1.2 Jitter</a>`,
		`<span class="state blank">still blank</span> <code>jitter</code>`,
		"<kbd>go run ./docs start 2\n</kbd>")
	require.NotContains(t, page, "Budget", "the copy does not ask for it")
	step := get(t, g, "/diff/1/1").Body.String()
	requireInOrder(t, step, `href="/work/stage01-one/store.go#L7">store.go:7</a>`,
		`<span class="state changed">written, not checked</span> <code>Store.Get</code>`, "<kbd>go run ./docs check 1\n</kbd>")

	opts.Stages = append(opts.Stages, stages.Stage{Number: 3, Dir: "stage03-three"})
	broken, err := guide.New(opts)
	require.NoError(t, err)
	defer broken.Close()
	w := get(t, broken, "/progress")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, w.Body.String(), "stage03-three: it cannot be read")
}

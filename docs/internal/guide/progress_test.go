package guide_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/stages"
)

func TestACopyTellsHowFarItHasCome(t *testing.T) {
	dir := t.TempDir()
	all := []stages.Stage{{Number: 1, Dir: "stage01-one", Idea: "one", Parts: []stages.Part{{Steps: []stages.Step{{
		Title: "Store", Why: "It is missing.", Role: stages.Core, Files: []string{"store.go", "broken.go", "none.go"},
		Write: []string{"Store.Put", "Store.Get", "jitter", "half", "absent"},
	}}}}}, {Number: 2, Dir: "stage02-two", Idea: "two"}}
	for name, text := range map[string]string{
		"stage01-one/store.go": "package a\n",
		"work/stage01-one/store.go": `package a
type Store[T any] struct{}
func (s *Store[T]) Put() { panic("write me: Store.Put") }
func (s Store[T]) Get() int { return 1 }
func jitter() { if true { panic("no") } }
`,
		"work/stage01-one/broken.go": "package a\nfunc half() { x := 1 }\nfunc broken( {\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	progress := guide.WorkFolder{Root: dir}
	got, err := progress.Copy(all[0])
	require.NoError(t, err)
	require.Equal(t, guide.Copy{Dir: "work/stage01-one", States: map[string]guide.State{
		"Store.Put": guide.Blank, "Store.Get": guide.Changed, "jitter": guide.Changed, "half": guide.Changed, "absent": guide.Gone,
	}}, got)
	none, err := progress.Copy(all[1])
	require.NoError(t, err)
	require.Zero(t, none)

	g, err := guide.New(guide.Options{Docs: fixture, Root: dir, Stages: all})
	require.NoError(t, err)
	defer g.Close()
	page := get(t, g, "/progress").Body.String()
	requireInOrder(t, page, `<progress max="5" value="3"`, "<kbd>go run ./docs check 1\n</kbd>",
		`<code>Store.Put</code> <span class="state blank">still blank</span>`,
		`<code>Store.Get</code> <span class="state changed">written</span>`,
		"<kbd>go run ./docs start 2\n</kbd>")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "stage02-two"), 0o755))
	require.Contains(t, get(t, g, "/diff/1/1").Body.String(), `<span class="state blank">still blank</span>`)
}

//go:build long && unix

package console_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/console"
	"example.com/workshop/docs/internal/isolate"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/standstill"
	"example.com/workshop/docs/internal/text"
)

// TestThePagesWorkAsWritten plays the commands of every page; those of one:
//
//	go test -count=1 -tags long -run TestThePagesWorkAsWritten/stage01-rpc/README.md ./docs/internal/console
//
// On Linux, for root or where namespaces are allowed, a page has a network of its
// own, which is loopback alone, so the caches must be full. Elsewhere the pages'
// ports must be free. If a page fails while the machine stood still for longer than its
// calls bear, it is played again, three times in all at most.
func TestThePagesWorkAsWritten(t *testing.T) {
	unavailable := isolate.Available()
	if unavailable != nil {
		t.Log(unavailable)
		require.NoError(t, console.Free(console.Ports...))
	}
	root, all := pages(t)
	for _, page := range all {
		commands, err := console.Parse(page)
		require.NoError(t, err)
		if len(commands) == 0 {
			continue
		}
		t.Run(page.Path, func(t *testing.T) {
			if unavailable == nil {
				t.Parallel() // the commands mostly wait
			}
			for try := 1; ; try++ {
				stoodStill := standstill.Watch()
				failures, err := playPage(t, root, page, commands, unavailable == nil)
				pause := stoodStill()
				require.NoError(t, err)
				if len(failures) > 0 && pause >= 300*time.Millisecond && try < 3 {
					t.Logf("the machine stood still for %v, so once more after: %v", pause, failures)
					continue
				}
				for _, f := range failures {
					t.Error(f)
				}
				return
			}
		})
	}
}

// playPage runs a page's commands in a clone of its own.
func playPage(t *testing.T, root string, page text.Page, commands []console.Command, isolated bool) ([]text.Problem, error) {
	opts := console.Options{Isolated: isolated, Limit: 5 * time.Minute, Wait: 90 * time.Second, Grace: 20 * time.Second}
	dir := filepath.Join(t.TempDir(), "workshop")
	require.NoError(t, console.Clone(t.Context(), root, dir))
	if opts.Isolated { // in the repository's place, so that nothing is compiled anew for being elsewhere
		opts.Clone, opts.Root, dir = dir, root, root
	}
	opts.Dir = filepath.Join(dir, page.Dir(stages.All()))
	return console.Run(page.Path, commands, opts)
}

func TestNamespacesAreThereForRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root is sure to have them")
	}
	require.NoError(t, isolate.Available(), "the pages would be played beside whatever else runs here")
}

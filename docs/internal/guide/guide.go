// Package guide serves the workshop as pages: the chapters, what each stage
// changes, the sources, a search over all of it, and how far the participant
// has come.
//
// The one rule: a page's address is its file's path in the repository, so that a
// relative link leads to the same place here, in an editor and on a Git host.
package guide

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"

	"example.com/workshop/docs/internal/stages"
)

// Options are what a guide is made from.
type Options struct {
	Docs     fs.FS          // the Markdown of the docs folder
	Words    fs.FS          // the file of words of each language, as en.json; nil means the guide's own
	Root     string         // the repository, whose sources are shown
	Stages   []stages.Stage // the manifest
	Progress Progress       // nil means that there is none
	Token    string         // in links to mounted handlers, which require it for actions; empty for none
}

// Guide is the workshop as pages.
type Guide struct {
	docs      fs.FS
	root      *os.Root
	rootDir   string
	stages    []stages.Stage
	progress  Progress
	token     string
	languages map[string]*language            // by the name of its folder in docs; the first is ""
	documents cache[*document]                // by path
	changes   brief[map[string]stages.Change] // of stages, by their number
	index     indexOnce
	mux       *http.ServeMux
	mounted   []string
}

// New makes a guide. Its pages are read when they are first asked for. Close it
// when it is needed no more.
func New(opts Options) (*Guide, error) {
	root, err := os.OpenRoot(opts.Root)
	if err != nil {
		return nil, err
	}
	g := &Guide{
		docs: opts.Docs, root: root, rootDir: opts.Root, stages: opts.Stages, progress: opts.Progress, token: opts.Token,
		mux: http.NewServeMux(),
	}
	if g.progress == nil {
		g.progress = NoProgress{}
	}
	if g.languages, err = readLanguages(opts.Docs, opts.Words); err != nil {
		root.Close()
		return nil, fmt.Errorf("the guide's pages: %w", err)
	}
	g.routes()
	return g, nil
}

// Close releases the repository.
func (g *Guide) Close() error { return g.root.Close() }

func (g *Guide) routes() {
	g.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, g.languages[""].contents(g)[0].URL, http.StatusFound)
	})
	g.mux.HandleFunc("GET /assets/{name...}", serveAsset)
	g.mux.HandleFunc("GET /diff/{stage}", g.serveStage)
	g.mux.HandleFunc("GET /diff/{stage}/{step}", g.serveStep)
	g.mux.HandleFunc("GET /search", g.serveSearch)
	g.mux.HandleFunc("GET /progress", g.serveProgress)
	g.mux.HandleFunc("/{path...}", readOnly(g.serveFile))
}

// readOnly refuses requests that would change something. A pattern with a method would
// conflict with that of a mounted handler, which has none.
func readOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	}
}

// Mount serves everything below a prefix, such as /lab/, with a handler. The handler's
// requests are guarded as all others are, and it may replace the common headers. Links to
// it carry the token of Options. The contents name it with the word "mount" + prefix, and
// [Guide.Render] draws a page of it. The handler at /lab/ is the lab, to which pages link
// by a hidden comment. Call Mount before the first request.
func (g *Guide) Mount(prefix string, h http.Handler) {
	g.mounted = append(g.mounted, prefix)
	g.mux.Handle(prefix, h)
}

// ServeHTTP answers a request that [Guarded] has let through.
func (g *Guide) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.mux.ServeHTTP(w, r) }

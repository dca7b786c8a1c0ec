//go:build browser

package guide_test

import (
	"context"
	"io/fs"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/browsertest"
)

// Widths of a laptop or a projector, and of a phone.
var widths = []int64{1280, 390}

// browser is Chromium beside the guide.
type browser struct {
	chromium *browsertest.Browser
	addr     string // the guide's
}

// open starts Chromium and the guide over docs.
func open(t *testing.T, docs fs.FS) *browser {
	t.Helper()
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	server.Config.Handler = guarded(t, server, docs)

	return &browser{chromium: browsertest.Open(t, 1280, 900), addr: server.URL}
}

// visit opens a page and waits until its scripts and diagrams are done.
func (b *browser) visit(t *testing.T, path string) {
	t.Helper()
	b.chromium.Run(t, chromedp.Navigate(b.addr+path), until(ready))
}

const ready = `document.readyState === 'complete' &&
	(!document.querySelector('pre.mermaid') || document.documentElement.dataset.diagrams === 'drawn')`

// until waits until a script says that something holds.
func until(script string) chromedp.Action[chromedp.Void] { return chromedp.Poll[chromedp.Void](script) }

// do runs one action that has a result.
func do[T any](t *testing.T, b *browser, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.chromium.Ctx, time.Minute)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	require.NoError(t, err)
	return got
}

// eval evaluates a script, and waits for what it promises.
func eval[T any](t *testing.T, b *browser, script string) T {
	t.Helper()
	return do(t, b, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

func (b *browser) width(t *testing.T, width int64) {
	t.Helper()
	b.chromium.Run(t, chromedp.EmulateViewport(width, 900))
}

// requireNoScroll checks that nothing is wider than the page.
func (b *browser) requireNoScroll(t *testing.T, where string) {
	t.Helper()
	wide := eval[string](t, b, `(() => {
		const root = document.documentElement;
		if (root.scrollWidth <= innerWidth) return '';
		const all = [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
		return root.scrollWidth + ' > ' + innerWidth + ': ' + all.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join('\n');
	})()`)
	require.Empty(t, wide, where)
}

// requireAccessible lets axe-core look for what is serious.
func (b *browser) requireAccessible(t *testing.T, where string) {
	t.Helper()
	b.chromium.RequireAccessible(t, where)
}

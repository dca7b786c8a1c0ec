//go:build browser

package guide_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// These environment variables name axe-core's script, without which nothing is
// known about who cannot see a page, and a folder for screenshots to look at.
const (
	axeEnv  = "AXE_CORE"
	shotEnv = "SCREENSHOTS"
)

// Widths of a laptop or a projector, and of a phone.
var widths = []int64{1280, 390}

// browser is a headless Chromium and what it has complained about.
type browser struct {
	ctx  context.Context
	addr string

	mu         sync.Mutex // guards complaints
	complaints []string
}

// open starts Chromium and the guide over docs.
func open(t *testing.T, docs fs.FS) *browser {
	t.Helper()
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	server.Config.Handler = guarded(t, server, docs)

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900))
	if os.Getuid() == 0 { // its sandbox does not run as root
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx, addr: server.URL}
	require.NoError(t, chromedp.Do(ctx)) // starts it
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	return b
}

// hear notes whatever would be red in the browser's console.
func (b *browser) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complain(fmt.Sprintf("exception: %+v", e.ExceptionDetails))
	case *log.EventEntryAdded:
		b.complain(fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			b.complain("console: " + string(arg.Value))
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest {
			b.complain(fmt.Sprintf("%d %s", e.Response.Status, e.Response.URL))
		}
	}
}

func (b *browser) complain(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, text)
}

func (b *browser) requireQuiet(t *testing.T, where string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints, where)
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

// visit opens a page and waits until its scripts and diagrams are done.
func (b *browser) visit(t *testing.T, path string) {
	t.Helper()
	b.run(t, chromedp.Navigate(b.addr+path), until(ready))
}

const ready = `document.readyState === 'complete' &&
	(!document.querySelector('pre.mermaid') || document.documentElement.dataset.diagrams === 'drawn')`

// until waits until a script says that something holds.
func until(script string) chromedp.Action[chromedp.Void] { return chromedp.Poll[chromedp.Void](script) }

// do runs one action that has a result.
func do[T any](t *testing.T, b *browser, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
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
	b.run(t, chromedp.EmulateViewport(width, 900))
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
	file := os.Getenv(axeEnv)
	if file == "" {
		require.Empty(t, os.Getenv("CI"), "%s must name axe-core's script", axeEnv)
		return
	}
	script, err := os.ReadFile(file)
	require.NoError(t, err)
	b.run(t, chromedp.Evaluate[chromedp.Void](string(script)+"\n;0"))
	found := eval[[]string](t, b, `axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations
		.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.map((v) => v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 5).map((n) => n.html.slice(0, 200) + '\n' + n.failureSummary).join('\n')))`)
	require.Empty(t, strings.Join(found, "\n"), where)
}

// shoot takes a screenshot, for somebody to look at.
func (b *browser) shoot(t *testing.T, name string) {
	t.Helper()
	if os.Getenv(shotEnv) == "" {
		return
	}
	b.save(t, name+".png", do(t, b, chromedp.CaptureScreenshot()))
}

func (b *browser) save(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv(shotEnv); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
	}
}

//go:build browser

// Package browsertest runs a headless Chromium for tests that look at pages, and
// notes what the pages complain about.
//
// The one rule: a browser ends with its test.
package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// ShotEnv is the environment variable with the folder in which tests save files for
// people to look at.
const ShotEnv = "SCREENSHOTS"

// Browser is a headless Chromium with one page.
type Browser struct {
	Ctx context.Context // of its page

	mu         sync.Mutex // guards complaints
	complaints []string
}

// Open starts a browser whose page is width by height pixels.
func Open(t *testing.T, width, height int) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(width, height))
	if os.Getuid() == 0 { // its sandbox does not run as root
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &Browser{Ctx: ctx}
	require.NoError(t, chromedp.Do(ctx)) // starts it
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	return b
}

// hear records everything that would be red in the browser's console.
func (b *Browser) hear(event any) {
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

func (b *Browser) complain(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, text)
}

// RequireQuiet fails the test if the pages have complained.
func (b *Browser) RequireQuiet(t *testing.T, where string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints, where)
}

// Run carries actions out, which may take a minute.
func (b *Browser) Run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, time.Minute)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

// Shoot saves a screenshot, if a folder for it is named.
func (b *Browser) Shoot(t *testing.T, name string) {
	t.Helper()
	if os.Getenv(ShotEnv) == "" {
		return
	}
	picture, err := chromedp.Run(b.Ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	Save(t, name+".png", picture)
}

// Save writes a file into the folder that ShotEnv names, if it does.
func Save(t *testing.T, name string, content []byte) {
	t.Helper()
	if dir := os.Getenv(ShotEnv); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
}

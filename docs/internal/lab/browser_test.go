//go:build browser

package lab_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

// shotEnv names a folder for screenshots to look at.
const shotEnv = "SCREENSHOTS"

// browser is a headless Chromium with one page, and what it has complained
// about.
type browser struct {
	ctx context.Context

	mu         sync.Mutex // guards complaints
	complaints []string
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1400, 1000))
	if os.Getuid() == 0 { // its sandbox does not run as root
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx}
	require.NoError(t, chromedp.Do(ctx)) // starts it
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	return b
}

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
	}
}

func (b *browser) complain(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, text)
}

func (b *browser) requireQuiet(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints)
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

// until waits until a script says that something holds. What is not on the page
// yet does not.
func (b *browser) until(t *testing.T, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, chromedp.Poll[chromedp.Void]("(() => { try { return "+script+" } catch { return false } })()")), script)
}

// press clicks the button with that text in a server's card, on the first side.
func (b *browser) press(t *testing.T, server, button string) {
	t.Helper()
	b.run(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll(".side:first-child .server")]
		.find(s => s.querySelector(".name").textContent === %q).querySelectorAll("button")
		.forEach(x => { if (x.textContent === %q) x.click() }); undefined`, server, button)))
}

func (b *browser) shot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(shotEnv)
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644))
}

// serveReal runs a lab of the stages themselves, and returns the address of its
// page.
func serveReal(t *testing.T, numbers ...int) (*lab.Lab, string) {
	t.Helper()
	root, err := workspace.Root(".")
	require.NoError(t, err)
	opts := lab.Options{Root: root, TTL: 5 * time.Second}
	for _, n := range numbers {
		s, err := stages.Find(stages.All(), n)
		require.NoError(t, err)
		opts.Stages = append(opts.Stages, s)
	}
	l, err := lab.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	web, _ := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	return l, web.URL()
}

const (
	total  = `Number(document.querySelector(".side:nth-child(%d) dd.%s").textContent)`
	card   = `[...document.querySelectorAll(".side:nth-child(%d) .server")].find(s => s.querySelector(".name").textContent === "%s")`
	listed = card + `.querySelector(".calls").textContent.includes("not listed") === %t`
)

func TestACrashInTwoStagesAtOnceInABrowser(t *testing.T) {
	_, url := serveReal(t, 3, 4)
	b := openBrowser(t)
	b.run(t, chromedp.Navigate(url))
	b.until(t, fmt.Sprintf(total, 1, "sent")+" > 200 && "+fmt.Sprintf(total, 2, "sent")+" > 200")
	b.until(t, `document.querySelectorAll(".flows line[visibility=visible]").length >= 4`) // one of stage 3, three of stage 4
	b.until(t, fmt.Sprintf(card, 1, "A")+`.querySelector(".lease .left").style.width !== ""`)
	b.shot(t, "lab-before")

	b.press(t, "A", "Kill")
	b.until(t, fmt.Sprintf(total, 1, "failed")+" > 20")
	b.until(t, fmt.Sprintf(card, 1, "A")+`.className.includes("dead")`)
	b.until(t, `document.querySelector(".side:first-child .flows line.failed[visibility=visible]") !== null`)
	b.shot(t, "lab-after")
	b.until(t, fmt.Sprintf(listed, 1, "A", true)) // its lease has run out
	b.until(t, fmt.Sprintf(listed, 2, "A", true))
	failed, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](fmt.Sprintf(total, 2, "failed")))
	require.NoError(t, err)
	require.Zero(t, failed, "stage 4 loses no call")

	b.press(t, "B", "Freeze")
	b.until(t, fmt.Sprintf(card, 1, "B")+`.className.includes("frozen")`)
	b.press(t, "B", "Thaw")
	b.until(t, fmt.Sprintf(card, 1, "B")+`.className === "server "`)
	b.run(t, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".side:first-child .node button")].find(x => x.textContent === "Kill").click()`))
	b.until(t, `document.querySelector(".side:first-child .registry").className.includes("silent")`)
	b.run(t, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".side:first-child .node button")].find(x => x.textContent === "Start").click()`))
	b.until(t, `!document.querySelector(".side:first-child .registry").className.includes("silent")`)
	b.until(t, fmt.Sprintf(listed, 1, "C", false))
	b.requireQuiet(t)
}

func TestEachStageInABrowser(t *testing.T) {
	for _, stage := range []int{1, 2, 5} {
		t.Run(fmt.Sprint("stage ", stage), func(t *testing.T) {
			_, url := serveReal(t, stage)
			b := openBrowser(t)
			b.run(t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url))
			b.until(t, fmt.Sprintf(total, 1, "sent")+" > 200")
			if stage == 5 {
				b.until(t, `document.querySelectorAll(".node").length === 3 && document.querySelector(".nodes").textContent.includes("★ leader")`)
				b.until(t, `document.querySelectorAll(".lease:not([hidden])").length === 3`)
			}
			b.shot(t, fmt.Sprint("lab-stage", stage))
			for _, width := range []int64{390, 1280, 1920} {
				b.run(t, chromedp.EmulateViewport(width, 900))
				b.until(t, `document.documentElement.scrollWidth <= document.documentElement.clientWidth`)
			}
			b.press(t, "A", "Kill")
			if stage < 5 {
				b.until(t, fmt.Sprintf(total, 1, "failed")+" > 20")
			} else {
				b.until(t, fmt.Sprintf(listed, 1, "A", true))
			}
			b.requireQuiet(t)
		})
	}
}

func TestARecordingPlaysInABrowser(t *testing.T) {
	l := start(t, 3)
	f := watch(t, l)
	do(t, l, lab.Action{Do: "kill", Server: "A"})
	f.until(t, "failed calls", func(f lab.Frame) bool { return f.Sides[0].Client.Total.Failed > 10 })
	_, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	_, saved := ask(t, http.MethodGet, url+"/recording.json", "")
	web, _ := serve(t, func(host string) *lab.Web { return lab.NewReplay([]byte(saved), host) })

	b := openBrowser(t)
	b.run(t, chromedp.Navigate(web.URL()))
	b.until(t, `document.body.className === "replay" && `+fmt.Sprintf(total, 1, "failed")+" > 10")
	b.until(t, `document.querySelector("#log").textContent.includes("server A is killed")`)
	b.until(t, `[...document.querySelectorAll(".buttons")].every(x => getComputedStyle(x).display === "none")`)
	b.shot(t, "lab-replay")
	b.requireQuiet(t)
}

func TestAnotherSitesPageCanDoNothing(t *testing.T) {
	l := start(t, 3)
	web, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>evil</title>")
	}))
	t.Cleanup(evil.Close)
	b := openBrowser(t)
	b.run(t, chromedp.Navigate(evil.URL))
	attack := fmt.Sprintf(`Promise.allSettled([
		fetch(%[1]q + "/do", {method: "POST", mode: "no-cors", body: '{"do":"join"}'}),
		fetch(%[1]q + "/do", {method: "POST", headers: {"X-Lab-Token": %[2]q}, body: '{"do":"join"}'}),
		fetch(%[1]q + "/meta").then(r => r.text())]).then(all => all.map(r => r.status).join())`, url, token(t, web))
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](attack, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Equal(t, "fulfilled,rejected,rejected", strings.TrimSpace(got), "the first one is sent, and refused")
	f := watch(t, l)
	for range 5 {
		f.until(t, "a frame", func(lab.Frame) bool { return true })
	}
	frame := f.until(t, "a frame", func(lab.Frame) bool { return true })
	require.Len(t, frame.Sides[0].Servers, lab.Servers)
}

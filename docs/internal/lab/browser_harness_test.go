//go:build browser

package lab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/browsertest"
	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/stages"
	"example.com/workshop/docs/internal/workspace"
)

func openBrowser(t *testing.T) *browsertest.Browser {
	t.Helper()
	return browsertest.Open(t, 1400, 1000)
}

// until waits until a script says that something holds. What is not on the page
// yet does not.
func until(t *testing.T, b *browsertest.Browser, script string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, 3*time.Minute) // on a busy machine a lease, a start and a page take long
	defer cancel()
	require.NoError(t, chromedp.Do(ctx, chromedp.Poll[chromedp.Void]("(() => { try { return "+script+" } catch { return false } })()")), script)
}

// press clicks the button with that text in a server's card, on the first side.
func press(t *testing.T, b *browsertest.Browser, server, button string) {
	t.Helper()
	b.Run(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll(".side:first-child .server")]
		.find(s => s.querySelector(".name").textContent === %q).querySelectorAll("button")
		.forEach(x => { if (x.textContent === %q) x.click() }); undefined`, server, button)))
}

// pressNode clicks the button with that text beside a process of the registry, on
// the first side.
func pressNode(t *testing.T, b *browsertest.Browser, node, button string) {
	t.Helper()
	b.Run(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll(".side:first-child .node")]
		.find(n => n.dataset.node === %q).querySelectorAll("button")
		.forEach(x => { if (x.textContent === %q) x.click() }); undefined`, node, button)))
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

// leading is the name of the node that leads, empty while none is known to: one that is
// late to answer is not.
const leading = `([...document.querySelectorAll(".node")].find(n => n.textContent.includes("★"))?.dataset.node ?? "")`

// leaderOf waits until a node leads, and returns its name.
func leaderOf(t *testing.T, b *browsertest.Browser) string {
	t.Helper()
	for {
		until(t, b, leading+` !== ""`)
		leader, err := chromedp.Run(b.Ctx, chromedp.Evaluate[string](leading))
		require.NoError(t, err)
		if leader != "" {
			return leader
		}
	}
}

// requireNoneFailed fails the test if calls of a side have failed, and says of what.
func requireNoneFailed(t *testing.T, b *browsertest.Browser, url string, side int, why string) {
	t.Helper()
	failed, err := chromedp.Run(b.Ctx, chromedp.Evaluate[int](fmt.Sprintf(total, side, "failed")))
	require.NoError(t, err)
	if failed == 0 {
		return
	}
	page, _, _ := strings.Cut(url, "?")
	_, saved := ask(t, http.MethodGet, page+"recording.json", "")
	var r lab.Recording
	require.NoError(t, json.Unmarshal([]byte(saved), &r))
	var how []string
	for _, f := range r.Frames {
		if errors := f.Sides[side-1].Client.Errors; len(errors) > 0 || len(f.Events) > 0 {
			how = append(how, fmt.Sprintf("%.1f s %v %v", f.At, errors, f.Events))
		}
	}
	require.Zero(t, failed, "%s:\n%s", why, strings.Join(how, "\n"))
}

// waitsLong has a client whose calls may take long, for on a busy machine one of a second
// can be late without any fault.
func waitsLong(t *testing.T, l *lab.Lab) {
	t.Helper()
	do(t, l, lab.Action{Do: "client", Settings: lab.Settings{Rate: 100, Timeout: "20s", Balancer: "power-of-two"}})
}

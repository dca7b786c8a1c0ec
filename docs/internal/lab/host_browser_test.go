//go:build browser

package lab_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/browsertest"
	"example.com/workshop/docs/internal/guide"
	"example.com/workshop/docs/internal/lab"
	"example.com/workshop/docs/internal/stages"
)

// guided serves the guide with a lab in it.
func guided(t *testing.T) (*lab.Host, *httptest.Server) {
	t.Helper()
	h, _ := hosting(t, atOnce)
	g, err := guide.New(guide.Options{Docs: os.DirFS("../.."), Root: "../../..", Stages: stages.All(), Token: h.Token()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	g.Mount("/lab/", http.StripPrefix("/lab", h))
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	addr, err := netip.ParseAddrPort(server.Listener.Addr().String())
	require.NoError(t, err)
	server.Config.Handler = guide.Guarded(addr, g)
	return h, server
}

// arrive waits until a link has led to a path.
func arrive(t *testing.T, b *browsertest.Browser, path string) {
	t.Helper()
	require.Eventually(t, func() bool {
		where, err := chromedp.Run(b.Ctx, chromedp.Location())
		if err != nil { // between two pages
			return false
		}
		u, err := url.Parse(where)
		return err == nil && u.Path == path
	}, time.Minute, 100*time.Millisecond, path)
}

func TestTheLabLooksAsWasChosenInTheGuideAndLeadsBack(t *testing.T) {
	_, server := guided(t)
	b := openBrowser(t)
	b.Run(t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(server.URL+"/docs/stage03-heartbeat.md"))
	until(t, b, `document.documentElement.dataset.diagrams === "drawn"`)
	b.Run(t, chromedp.KeyEvent("t"))
	until(t, b, `document.documentElement.dataset.theme === "dark"`)
	b.Run(t, chromedp.Evaluate[chromedp.Void](`document.querySelector('a.lab[href*="script="]').scrollIntoView()`))
	until(t, b, `scrollY > 1000`)
	b.Run(t, chromedp.Evaluate[chromedp.Void](`document.querySelector('a.lab[href*="script="]').click()`))
	arrive(t, b, "/lab/")
	until(t, b, `!document.querySelector("#guide").hidden && !document.querySelector("#start button").disabled`)
	until(t, b, `getComputedStyle(document.body).backgroundColor === "rgb(21, 24, 28)" && document.querySelector("#large").ariaPressed === "false"`)
	b.Run(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("#large").click()`), chromedp.Reload())
	until(t, b, `document.querySelector("#large").ariaPressed === "true" && !document.querySelector("#start button").disabled`)
	b.Shoot(t, "guide-lab-dark-large")
	b.RequireAccessible(t, "the lab, dark and large")
	b.Run(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("#guide").click()`))
	arrive(t, b, "/docs/stage03-heartbeat.md")
	b.RequireQuiet(t, "from the guide to the lab and back")
}

func TestTheGuideLeadsToItsLabAndOneButtonStartsIt(t *testing.T) {
	h, server := guided(t)
	b := openBrowser(t)
	click := func(selector string) {
		t.Helper()
		b.Run(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).click(); undefined`, selector)))
	}
	b.Run(t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(server.URL+"/docs/stage03-heartbeat.md"))
	until(t, b, `document.querySelector('a.lab[href*="script=server-hangs-past-lease"]') !== null`)
	for _, width := range []int64{1920, 1280} {
		b.Run(t, chromedp.EmulateViewport(width, 900), chromedp.Evaluate[chromedp.Void](`document.querySelector('a.lab[href*="script="]').scrollIntoView({block: "center"}); undefined`))
		b.Shoot(t, fmt.Sprint("guide-chapter-", width))
	}
	link, err := chromedp.Run(b.Ctx, chromedp.Evaluate[string](`document.querySelector('a.lab[href*="script=server-hangs-past-lease"]').href`))
	require.NoError(t, err)
	b.Run(t, chromedp.Navigate(link))
	until(t, b, `location.pathname === "/lab/" && document.querySelector("#stage").value === "3" && !document.querySelector("#start button").disabled`)
	until(t, b, `document.querySelector("#asked").textContent.includes("a server hangs for 7 s")`)
	b.Shoot(t, "guide-lab-choose-1280")
	b.RequireAccessible(t, "where a lab is chosen")
	now, _ := state(t, server.URL+"/lab")
	require.Empty(t, now, "to follow a link starts nothing")

	click("#start button")
	until(t, b, fmt.Sprintf(total, 1, "sent")+" > 50")
	until(t, b, `document.querySelector("#scripts").value === "server-hangs-past-lease"`)
	for _, width := range []int64{1280, 1920} {
		b.Run(t, chromedp.EmulateViewport(width, 900))
		until(t, b, `document.documentElement.scrollWidth <= document.documentElement.clientWidth`)
		b.Shoot(t, fmt.Sprint("guide-lab-", width))
	}
	until(t, b, `document.querySelectorAll("#scripts optgroup").length === 2 && document.querySelector("#rate").value === "200"`)
	b.RequireAccessible(t, "a lab that runs")
	click("#script button[type=submit]")
	until(t, b, `document.querySelector("#rate").value === "400"`) // as in the matrix
	until(t, b, `!document.querySelector("#halt").hidden`)
	until(t, b, fmt.Sprintf(total, 1, "failed")+" > 5")

	b.Run(t, chromedp.Navigate(server.URL+"/lab/?stage=4,5&token="+h.Token()))
	until(t, b, `document.querySelector("#other").textContent.includes("stage 3, which runs already")`)
	b.Shoot(t, "guide-lab-other-1920")
	b.RequireAccessible(t, "a server that hangs, and another lab that is asked for")
	click("#other button")
	until(t, b, `document.querySelectorAll(".side").length === 2 && document.querySelector("#other").hidden`)
	until(t, b, fmt.Sprintf(total, 2, "sent")+" > 50")
	click("#end")
	until(t, b, `!document.querySelector("#choose").hidden && document.querySelector("#told").textContent === ""`)
	now, _ = state(t, server.URL+"/lab")
	require.Empty(t, now)

	b.Run(t, chromedp.Navigate(server.URL+"/lab/?stage=3"))
	until(t, b, `!document.querySelector("#choose").hidden && !document.querySelector("#start button").disabled`)
	b.RequireQuiet(t, "the guide's lab")
	click("#start button")
	until(t, b, `document.querySelector("#message").textContent.includes("actions need the token")`)
	b.Shoot(t, "guide-lab-no-token-1920")
}

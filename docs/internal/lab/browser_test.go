//go:build browser

package lab_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/lab"
)

func TestACrashInTwoStagesAtOnceInABrowser(t *testing.T) {
	l, url := serveReal(t, 3, 4)
	waitsLong(t, l)
	b := openBrowser(t)
	b.Run(t, chromedp.Navigate(url))
	until(t, b, fmt.Sprintf(total, 1, "sent")+" > 200 && "+fmt.Sprintf(total, 2, "sent")+" > 200")
	until(t, b, `document.querySelectorAll(".flows line[visibility=visible]").length >= 4`) // one of stage 3, three of stage 4
	until(t, b, fmt.Sprintf(card, 1, "A")+`.querySelector(".lease .left").style.transform !== ""`)
	b.Shoot(t, "lab-before")

	press(t, b, "A", "Kill")
	until(t, b, fmt.Sprintf(total, 1, "failed")+" > 20")
	until(t, b, fmt.Sprintf(card, 1, "A")+`.className.includes("dead")`)
	until(t, b, `document.querySelector(".side:first-child .flows line.failed[visibility=visible]") !== null`)
	b.Shoot(t, "lab-after")
	b.RequireAccessible(t, "a server that was killed")
	until(t, b, fmt.Sprintf(listed, 1, "A", true)) // its lease has run out
	until(t, b, fmt.Sprintf(listed, 2, "A", true))
	requireNoneFailed(t, b, url, 2, "stage 4 loses no call")

	press(t, b, "B", "Freeze")
	until(t, b, fmt.Sprintf(card, 1, "B")+`.className.includes("frozen")`)
	press(t, b, "B", "Thaw")
	until(t, b, fmt.Sprintf(card, 1, "B")+`.className === "server "`)
	pressNode(t, b, "registry", "Kill")
	until(t, b, `document.querySelector(".side:first-child .registry").className.includes("silent")`)
	pressNode(t, b, "registry", "Start")
	until(t, b, `!document.querySelector(".side:first-child .registry").className.includes("silent")`)
	until(t, b, fmt.Sprintf(listed, 1, "C", false))
	b.RequireQuiet(t, "lab")
}

// visible says that the lowest edge of what a selector finds is on the screen.
const visible = `Math.max(...[...document.querySelectorAll(%q)].map(x => x.getBoundingClientRect().bottom)) <= innerHeight`

func TestTwoStagesFitOnOneScreenWithWhatHappenedLast(t *testing.T) {
	_, url := serveReal(t, 4, 5)
	b := openBrowser(t)
	b.Run(t, chromedp.EmulateViewport(1280, 720), chromedp.Navigate(url))
	until(t, b, fmt.Sprintf(total, 1, "sent")+" > 200 && "+fmt.Sprintf(total, 2, "sent")+" > 200")
	press(t, b, "A", "Kill")
	until(t, b, fmt.Sprintf(listed, 1, "A", true)+" && "+fmt.Sprintf(listed, 2, "A", true))
	press(t, b, "A", "Start")
	until(t, b, fmt.Sprintf(listed, 1, "A", false)+" && "+fmt.Sprintf(listed, 2, "A", false))
	b.Shoot(t, "lab-two-1280x720")
	for _, part := range []string{".server", ".strip .times", "figcaption", "#log li:nth-child(-n + 3)"} {
		until(t, b, fmt.Sprintf(visible, part))
	}
	b.RequireAccessible(t, "two stages on a small screen")

	b.Run(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("#large").click()`))
	until(t, b, `document.querySelector("#large").ariaPressed === "true" && document.querySelectorAll(".lease:not(.none)").length > 4`)
	until(t, b, `(([one, two]) => one.top === two.top && one.right < two.left)([...document.querySelectorAll(".side")].map(x => x.getBoundingClientRect()))`)
	until(t, b, `[...document.querySelectorAll(".lease")].every(x => x.querySelector(".text").offsetWidth <= x.clientWidth)`)
	b.Shoot(t, "lab-two-large")
	b.RequireQuiet(t, "lab")
}

func TestEachStageInABrowser(t *testing.T) {
	for _, stage := range []int{1, 2, 5} {
		t.Run(fmt.Sprint("stage ", stage), func(t *testing.T) {
			l, url := serveReal(t, stage)
			waitsLong(t, l)
			b := openBrowser(t)
			b.Run(t, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url))
			until(t, b, fmt.Sprintf(total, 1, "sent")+" > 200")
			if stage == 5 {
				until(t, b, `document.querySelectorAll(".node").length === 3 && document.querySelector(".nodes").textContent.includes("★ leader")`)
				until(t, b, `document.querySelectorAll(".lease:not([hidden])").length === 3`)
				pressNode(t, b, "n1", "Cut off clients")
				until(t, b, `document.querySelector(".node").className === "node off" && document.querySelector("#log").textContent.includes("node n1 of etcd is cut off")`)
				b.Shoot(t, "lab-node-cut-off")
				b.RequireAccessible(t, "a node that is cut off")
				pressNode(t, b, "n1", "Heal")
				until(t, b, `document.querySelector(".node").className === "node "`)
				leader := leaderOf(t, b)
				pressNode(t, b, leader, "Cut off nodes")
				until(t, b, fmt.Sprintf(leading+` !== "" && `+leading+` !== %q`, leader)) // those who are left elect another
				b.Shoot(t, "lab-leader-cut-off")
				pressNode(t, b, leader, "Heal")
				until(t, b, `document.querySelectorAll(".node.off").length === 0`)
				requireNoneFailed(t, b, url, 1, "no call fails meanwhile")
			}
			until(t, b, `[...document.querySelectorAll(".strip .time")].some(bar => Number(bar.getAttribute("height")) > 0)`)
			b.Shoot(t, fmt.Sprint("lab-stage", stage))
			for _, width := range []int64{390, 1280, 1920} {
				b.Run(t, chromedp.EmulateViewport(width, 900))
				until(t, b, `document.documentElement.scrollWidth <= document.documentElement.clientWidth`)
			}
			press(t, b, "A", "Kill")
			if stage < 5 {
				until(t, b, fmt.Sprintf(total, 1, "failed")+" > 20")
			} else {
				until(t, b, fmt.Sprintf(listed, 1, "A", true))
			}
			b.RequireQuiet(t, "lab")
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
	saved = strings.Replace(saved, `"freezes":true`, `"freezes":false`, 1) // as on Windows
	web, _ := serve(t, func(host string) *lab.Web { return lab.NewReplay([]byte(saved), host) })

	b := openBrowser(t)
	b.Run(t, chromedp.Navigate(web.URL()))
	until(t, b, `document.body.className === "replay" && `+fmt.Sprintf(total, 1, "failed")+" > 10")
	until(t, b, `document.querySelector("#log").textContent.includes("server A is killed")`)
	until(t, b, `[...document.querySelectorAll(".buttons")].every(x => getComputedStyle(x).display === "none")`)
	until(t, b, `document.querySelector(".buttons button").textContent === "Start" && ![...document.querySelectorAll("button")].some(x => x.textContent === "Freeze")`)
	b.Shoot(t, "lab-replay")
	b.RequireAccessible(t, "a recording")
	b.RequireQuiet(t, "lab")
}

func TestTheKeyboardStaysAtTheServerThatItKills(t *testing.T) {
	l := start(t, 3)
	web, _ := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	b := openBrowser(t)
	b.Run(t, chromedp.Navigate(web.URL()))
	focus := func(server, button string) {
		t.Helper()
		until(t, b, fmt.Sprintf("("+card+`.querySelectorAll("button").forEach((x) => { if (x.textContent === %q) x.focus() }), document.activeElement.textContent === %[3]q)`, 1, server, button))
	}
	focused := func(server, button string) {
		t.Helper()
		until(t, b, fmt.Sprintf(card+`.contains(document.activeElement) && document.activeElement.textContent === %q`, 1, server, button))
	}
	focus("A", "Kill")
	b.Run(t, chromedp.KeyEvent("\r"))
	focused("A", "Start")
	b.Run(t, chromedp.KeyEvent("\r"))
	focused("A", "Kill")
	focus("B", "Slow")
	b.Run(t, chromedp.KeyEvent("\r"))
	focused("B", "Heal")
	b.RequireQuiet(t, "keyboard")
}

func TestAnotherSitesPageCanDoNothing(t *testing.T) {
	l := start(t, 3)
	web, url := serve(t, func(host string) *lab.Web { return lab.NewWeb(l, host) })
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>evil</title>")
	}))
	t.Cleanup(evil.Close)
	b := openBrowser(t)
	b.Run(t, chromedp.Navigate(evil.URL))
	attack := fmt.Sprintf(`Promise.allSettled([
		fetch(%[1]q + "/do", {method: "POST", mode: "no-cors", body: '{"do":"join"}'}),
		fetch(%[1]q + "/do", {method: "POST", headers: {"X-Lab-Token": %[2]q}, body: '{"do":"join"}'}),
		fetch(%[1]q + "/meta").then(r => r.text())]).then(all => all.map(r => r.status).join())`, url, token(t, web))
	got, err := chromedp.Run(b.Ctx, chromedp.Evaluate[string](attack, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Equal(t, "fulfilled,rejected,rejected", strings.TrimSpace(got), "the first one is sent, and refused")
	f := watch(t, l)
	for range 5 {
		f.until(t, "a frame", func(lab.Frame) bool { return true })
	}
	frame := f.until(t, "a frame", func(lab.Frame) bool { return true })
	require.Len(t, frame.Sides[0].Servers, lab.Servers)
}

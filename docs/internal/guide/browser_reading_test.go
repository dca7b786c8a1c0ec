//go:build browser

package guide_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

const (
	chapter    = "/docs/stage03-heartbeat.md"
	inContents = `document.querySelector('#contents [aria-current=location]')`
	inBar      = `document.querySelector('.where').textContent`
)

// scrollTo brings a heading below the bar.
func (b *browser) scrollTo(t *testing.T, id string) {
	t.Helper()
	b.chromium.Run(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.getElementById(%q).scrollIntoView()`, id)))
}

func TestTheContentsAndTheBarSayWhichSectionIsRead(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, chapter)
	require.Empty(t, eval[string](t, b, inBar), "its title is in sight")
	b.scrollTo(t, "experiment-4")
	b.chromium.Run(t, until(inContents+`?.hash === '#experiment-4'`), until(inBar+` === 'Stage 03 · Experiment 4'`))
	require.True(t, eval[bool](t, b, `(() => {
		const [box, at] = [document.getElementById('contents'), `+inContents+`].map((e) => e.getBoundingClientRect());
		return at.top >= box.top && at.bottom <= box.bottom;
	})()`), "the contents have scrolled to it")
	require.Equal(t, 1, eval[int](t, b, `document.querySelectorAll('#contents [aria-current=location]').length`))
	b.chromium.Shoot(t, "where")
	b.requireAccessible(t, "where")

	b.chromium.Run(t, chromedp.Evaluate[chromedp.Void](`scrollTo(0, document.documentElement.scrollHeight)`), until(inContents+`?.hash === '#next'`))
	b.chromium.Run(t, chromedp.Evaluate[chromedp.Void](`scrollTo(0, 0)`), until(inContents+` === null && `+inBar+` === ''`))

	b.press(t, "b")
	b.scrollTo(t, "task-2-a-sweep")
	b.chromium.Run(t, until(inBar+` === 'Stage 03 · Task 2: a sweep'`))
	require.True(t, eval[bool](t, b, `(() => { const w = document.querySelector('.where'); return w.scrollWidth <= w.clientWidth; })()`), "a projector has room for it")
	b.chromium.Shoot(t, "where-projector")
	b.chromium.RequireQuiet(t, "where")
}

func TestAStepOfADiffIsInSightInTheContents(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, "/diff/3")
	require.True(t, eval[bool](t, b, `(() => {
		const bottom = document.getElementById('contents').getBoundingClientRect().bottom;
		return document.querySelector('#contents a[href="/diff/3/2"]').getBoundingClientRect().bottom < bottom;
	})()`))
}

func TestTheFirstTabIsTheLinkPastTheContents(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, chapter)
	b.press(t, "\t")
	require.Equal(t, "skip", eval[string](t, b, `document.activeElement.className`))
	b.chromium.Run(t, until(`document.querySelector('.skip').getBoundingClientRect().top >= 0`))
}

func TestAPageThatIsLoadedAgainStaysWhereItWas(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, chapter)
	b.chromium.Run(t, chromedp.Evaluate[chromedp.Void](`scrollTo(0, 3000)`), until(`scrollY === 3000`))
	b.leave(t, chromedp.Evaluate[chromedp.Void](`location.reload()`))
	b.chromium.Run(t, until(`scrollY > 2000`))
}

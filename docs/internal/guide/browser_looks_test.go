//go:build browser

package guide_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

func TestTheHeadOfATableThatFitsStaysInSight(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, "/docs/fault-matrix.md")
	b.chromium.Run(t, until(`document.querySelector('.scroll.fits') !== null`), chromedp.Evaluate[chromedp.Void](`scrollTo(0, 1500)`))
	b.chromium.Run(t, until(`Math.abs(document.querySelector('th').getBoundingClientRect().top - document.querySelector('.bar').offsetHeight) < 1`))
	b.chromium.Shoot(t, "matrix-head")
	b.requireAccessible(t, "a table's head that stays")
	b.width(t, widths[1])
	b.chromium.Run(t, until(`document.querySelector('.scroll.fits') === null`))
	b.requireNoScroll(t, "a table that does not fit scrolls by itself")
}

func TestASourceIsIndentedByItsTabs(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, "/stage03-heartbeat/registry/store_lease.go")
	left := `(number) => {
		const line = document.getElementById('L' + number), range = document.createRange();
		const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
		const at = text.data.search(/\S/);
		range.setStart(text, at < 0 ? text.data.length : at);
		range.collapse(true);
		return range.getBoundingClientRect().left;
	}`
	// type Lease struct {
	//	ID  string
	columns := eval[float64](t, b, `(() => {
		const left = `+left+`;
		const type = [...document.querySelectorAll('.source [id]')].find((line) => line.textContent.startsWith('type Lease struct'));
		const number = Number(type.id.slice(1));
		const canvas = document.createElement('canvas').getContext('2d');
		canvas.font = getComputedStyle(type).font;
		return (left(number + 1) - left(number)) / canvas.measureText('0').width;
	})()`)
	require.InDelta(t, 4, columns, 0.1)
}

func TestACommandIsNeverCutOffAndItsCopyButtonIsSeen(t *testing.T) {
	b := open(t, fixture)
	b.visit(t, chapter)
	for _, width := range widths {
		b.width(t, width)
		require.True(t, eval[bool](t, b, `[...document.querySelectorAll('.console')].every((console) => {
			const edge = console.querySelector('pre').getBoundingClientRect().right;
			const copy = console.querySelector('.copy').getBoundingClientRect();
			return [...console.querySelectorAll('kbd')].flatMap((line) => [...line.getClientRects()])
				.every((r) => r.right <= edge && (r.right <= copy.left || r.bottom <= copy.top || r.top >= copy.bottom));
		})`))
		require.Equal(t, "1", eval[string](t, b, `getComputedStyle(document.querySelector('.console .copy')).opacity`))
	}
}

func TestLargeTypeLeavesTheReaderInPlace(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, chapter)
	b.scrollTo(t, "experiment-4")
	top := `document.getElementById('experiment-4').getBoundingClientRect().top`
	before := eval[float64](t, b, top)
	wide := `document.querySelector('pre.mermaid svg').getBoundingClientRect().width`
	small := eval[float64](t, b, wide)
	b.press(t, "b")
	require.InDelta(t, before, eval[float64](t, b, top), 2)
	require.Greater(t, eval[float64](t, b, wide), 1.2*small, "a diagram grows with the text")
	require.True(t, eval[bool](t, b, `[...document.querySelectorAll('figure.code pre')].every((pre) => pre.scrollWidth <= pre.clientWidth)`), "lines wrap")
	b.requireNoScroll(t, "projector")

	b.press(t, "c")
	b.chromium.Run(t, until(`document.querySelector('#contents:popover-open') !== null`), until(inContents+`.getBoundingClientRect().top > 0`))
	b.chromium.Shoot(t, "projector-contents")
	b.press(t, "c")
	b.chromium.Run(t, until(`document.querySelector('#contents:popover-open') === null`))
	b.press(t, "b")
	b.press(t, "c")
	require.True(t, eval[bool](t, b, `document.activeElement.matches('#contents a')`), "the contents that are there get the focus")
	b.chromium.RequireQuiet(t, "large type")
}

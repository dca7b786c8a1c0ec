//go:build browser

package guide_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/docs/internal/browsertest"
)

// every page that there is: what the contents and the diffs lead to.
func (b *browser) pages(t *testing.T) []string {
	t.Helper()
	b.visit(t, "/")
	all := eval[[]string](t, b, `[...document.querySelectorAll('#contents a')].map((a) => a.pathname)`)
	for n := 1; n <= 5; n++ {
		all = append(all, fmt.Sprintf("/diff/%d/1", n))
	}
	return append(all, "/search?q=lease", "/stage03-heartbeat/", "/stage03-heartbeat/registry/store_lease.go")
}

func TestEveryPageIsQuietFitsAndCanBeReadByAll(t *testing.T) {
	b := open(t, realDocs())
	for _, where := range b.pages(t) {
		for _, width := range widths {
			name := fmt.Sprintf("%s at %d", where, width)
			b.width(t, width)
			b.visit(t, where)
			b.chromium.RequireQuiet(t, name)
			b.requireNoScroll(t, name)
			b.chromium.Shoot(t, fmt.Sprintf("%s-%d", strings.Trim(strings.NewReplacer("/", "-", "?", "-", ".", "-").Replace(where), "-"), width))
		}
		b.width(t, widths[0])
		b.requireAccessible(t, where)
	}
}

func TestAChapterInBothColoursAtBothWidths(t *testing.T) {
	b := open(t, fixture)
	for _, scheme := range []string{"light", "dark"} {
		_, err := chromedp.Call(b.chromium.Ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		require.NoError(t, err)
		for _, width := range widths {
			name := fmt.Sprintf("chapter-%s-%d", scheme, width)
			b.width(t, width)
			b.visit(t, "/docs/stage03-heartbeat.md")
			b.chromium.RequireQuiet(t, name)
			b.requireNoScroll(t, name)
			b.requireAccessible(t, name)
			b.chromium.Shoot(t, name)
			for i := range 3 {
				b.chromium.Run(t, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`scrollTo(0, %d)`, 800*(i+1))))
				b.chromium.Shoot(t, fmt.Sprintf("%s-%d", name, i+1))
			}
		}
	}
}

// press types a key into the page.
func (b *browser) press(t *testing.T, key string) {
	t.Helper()
	b.chromium.Run(t, chromedp.KeyEvent(key))
}

// turn types a key that leads to another page, and waits for it.
func (b *browser) turn(t *testing.T, key string) {
	t.Helper()
	b.leave(t, chromedp.KeyEvent(key))
}

// leave does what leads to another page, and waits for that.
func (b *browser) leave(t *testing.T, by chromedp.Action[chromedp.Void]) {
	t.Helper()
	loaded := func(page.EventLoadEventFired) bool { return true }
	do(t, b, chromedp.WaitEvent(page.LoadEventFired, loaded, by))
	b.chromium.Run(t, until(ready))
}

func (b *browser) here(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(do(t, b, chromedp.Location()))
	require.NoError(t, err)
	return u.Path
}

func TestTheKeyForNextLeadsThroughAllPages(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, "/")
	want := eval[[]string](t, b, `[...document.querySelectorAll('#contents > ol:first-child > li > a')].map((a) => a.pathname)`)
	require.Greater(t, len(want), 5)
	got := []string{b.here(t)}
	for range want[1:] {
		b.turn(t, "n")
		got = append(got, b.here(t))
	}
	require.Equal(t, want, got)
	b.turn(t, "p")
	require.Equal(t, want[len(want)-2], b.here(t))
	b.chromium.RequireQuiet(t, "next")
}

func TestADiffFoldsOutInPlaceAndIsShownEitherWay(t *testing.T) {
	b := open(t, realDocs())
	b.visit(t, "/diff/3")
	b.chromium.Run(t,
		chromedp.Click(chromedp.CSS(`.card:nth-of-type(2) details.step > summary`)),
		chromedp.WaitVisible(chromedp.CSS(`.card:nth-of-type(2) .diff td.l`)),
	)
	b.visit(t, "/diff/3/2")
	b.chromium.Shoot(t, "step-unified")
	b.chromium.Run(t, chromedp.Click(chromedp.CSS(`.switch a[href="?view=split#view"]`)), chromedp.WaitVisible(chromedp.CSS(`.diff td.l ~ td.l`)))
	b.chromium.Shoot(t, "step-split")
	b.requireNoScroll(t, "split")
	b.requireAccessible(t, "split")
	b.width(t, widths[1])
	b.requireNoScroll(t, "split on a phone")
	b.chromium.Shoot(t, "step-split-390")
	b.visit(t, "/diff/3/1") // it stays chosen
	b.chromium.Run(t, chromedp.WaitVisible(chromedp.CSS(`.diff td.l ~ td.l`)), chromedp.Click(chromedp.CSS(`.switch a[href="?view=unified#view"]`)), chromedp.WaitNotPresent(chromedp.CSS(`.diff td.l ~ td.l`)))
	b.chromium.RequireQuiet(t, "diff")
}

func TestASearchAnswersWhileOneTypes(t *testing.T) {
	b := open(t, realDocs())
	clear := chromedp.Evaluate[chromedp.Void](`document.querySelector('input[name=q]').value = ''`)
	b.visit(t, "/")
	b.press(t, "/")
	require.Equal(t, "q", eval[string](t, b, `document.activeElement.name`))
	b.chromium.Run(t, clear, chromedp.KeyEvent("lease"))
	b.leave(t, chromedp.KeyEvent("\r"))
	b.chromium.Run(t, chromedp.WaitVisible(chromedp.CSS(`.found a`)))
	require.Equal(t, "/search", b.here(t))
	b.chromium.Shoot(t, "search-lease")
	require.Greater(t, eval[int](t, b, `document.querySelectorAll('.found li').length`), 3)
	b.chromium.Run(t, chromedp.SendKeys(chromedp.CSS(`input[name=q]`), " xyzzy"), chromedp.WaitNotPresent(chromedp.CSS(`.found a`)))
	b.chromium.Run(t, clear, chromedp.SendKeys(chromedp.CSS(`input[name=q]`), "sweep"), chromedp.WaitVisible(chromedp.CSS(`.found a`)))
	require.Positive(t, eval[int](t, b, `document.querySelectorAll('.found mark').length`))
	b.chromium.RequireQuiet(t, "search")
}

func TestColourAndLargeTypeAreRemembered(t *testing.T) {
	b := open(t, fixture)
	b.visit(t, "/docs/stage03-heartbeat.md")
	b.press(t, "b")
	b.press(t, "t")
	b.visit(t, "/docs/stage03-heartbeat.md")
	require.Equal(t, []string{"dark", "26px", "true"}, eval[[]string](t, b, `[document.documentElement.dataset.theme,
		getComputedStyle(document.documentElement).fontSize, document.querySelector('[data-do=projector]').ariaPressed]`))
	b.requireNoScroll(t, "projector")
	b.requireAccessible(t, "projector")
	b.chromium.Shoot(t, "projector")
	b.press(t, "b")
	require.Equal(t, "false", eval[string](t, b, `document.querySelector('[data-do=projector]').ariaPressed`))
	b.press(t, "?")
	b.chromium.Run(t, chromedp.WaitVisible(chromedp.CSS(`#keys`)))
	b.chromium.Shoot(t, "keys")
	b.chromium.RequireQuiet(t, "chosen")
}

func TestWhatIsCopiedFromAConsoleIsWhatOneTypes(t *testing.T) {
	b := open(t, fixture)
	b.visit(t, "/docs/stage03-heartbeat.md")
	b.chromium.Run(t, chromedp.Evaluate[chromedp.Void](`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`))
	copied := func(figure string) string {
		return eval[string](t, b, fmt.Sprintf(`document.querySelector('%s .copy').click(), window.copied`, figure))
	}
	require.Equal(t, "bin/registry -ttl 5s &\ncurl -d name=Arith -d id=s9 \\\n-d lease=mine localhost:8500/register\n"+
		"go test -run 'TestALeaseThatHasALongNameSoThatItsLineIsLongerThanAnyScreenIsWideAndThatIsWhatItIsFor' ./registry ./client ./server\n",
		copied("#console"))
	require.Contains(t, copied("#code-Lease"), "\tTTL time.Duration\n}\n")
}

func TestAPageIsPrintedWithItsAnswers(t *testing.T) {
	b := open(t, fixture)
	b.visit(t, "/docs/stage03-heartbeat.md")
	const fold = `dispatchEvent(new Event('%s')), document.querySelector('article details:not(.step)').open`
	require.True(t, eval[bool](t, b, fmt.Sprintf(fold, "beforeprint")))
	require.False(t, eval[bool](t, b, fmt.Sprintf(fold, "afterprint")))

	pdf := do(t, b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	require.Greater(t, len(pdf), 10_000)
	require.Equal(t, "%PDF-", string(pdf[:5]))
	browsertest.Save(t, "chapter.pdf", pdf)
	b.chromium.RequireQuiet(t, "print")
}

func TestContentsOpenOnAPhone(t *testing.T) {
	b := open(t, realDocs())
	b.width(t, widths[1])
	b.visit(t, "/docs/traps.md")
	b.chromium.Run(t, chromedp.WaitNotVisible(chromedp.CSS(`#contents`)), chromedp.Click(chromedp.CSS(`.menu`)), chromedp.WaitVisible(chromedp.CSS(`#contents`)))
	b.chromium.Shoot(t, "contents-390")
	b.requireNoScroll(t, "contents")
	b.leave(t, chromedp.Click(chromedp.CSS(`#contents a[href="/docs/fault-matrix.md"]`)))
	b.chromium.Run(t, chromedp.WaitNotVisible(chromedp.CSS(`#contents`)))
	require.Equal(t, "/docs/fault-matrix.md", b.here(t))
}

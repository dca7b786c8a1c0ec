package guide_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAChapterIsDrawnFromItsMarkdown(t *testing.T) {
	page := get(t, real(t, fixture), "/docs/stage03-heartbeat.md").Body.String()
	for what, want := range map[string]string{
		"the way to its stage's diff":     `<a href="/diff/3">What stage 3 changes</a>`,
		"a heading with a link to itself": `<h2 id="by-hand">By hand <a class="anchor" href="#by-hand" aria-label="Link to By hand">#</a></h2>`,
		"a list of what is on the page":   `<li class="h2"><a href="#by-hand">By hand</a></li>`,
		"links as they stand":             `<a href="../stage03-heartbeat/registry/store_lease.go">source</a>`,
		"an answer that is folded":        "<details><summary>Predict, then look</summary>\n<p>It is gone after <strong>four</strong> seconds.</p>",
		"a cell's alignment, no style":    `<th align="center">predict</th>`,
		"a table that scrolls":            `<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>`,
		"a diagram, as its text":          "<pre class=\"mermaid\" tabindex=\"0\">sequenceDiagram\n  participant S as server",
		"the script that draws it":        `<script src="/assets/mermaid/mermaid.min.js" defer></script>`,
		"the step of a heading":           `<details class="step" data-fragment="/diff/3/3?fragment=1"><summary>The diff of step 3.3, A sweep <span class="role core">core</span></summary>`,
		"the step of a signature": "A function of another step <a class=\"anchor\" href=\"#a-function-of-another-step\" aria-label=\"Link to A function of another step\">#</a></h3>\n" +
			`<details class="step" data-fragment="/diff/3/4?fragment=1">`,
		"the step of a comment":     `<details class="step" data-fragment="/diff/3/5?fragment=1">`,
		"a step without JavaScript": `<a href="/diff/3/5">Show the diff of this step</a>`,
		"a box that is ticked":      "☑ another, <del>done</del>",
	} {
		require.Contains(t, page, want, what)
	}
	require.NotContains(t, page, "<!-- step")
	require.NotRegexp(t, regexp.MustCompile(`\sstyle=|\son[a-z]+=`), page, "the content security policy forbids them")
}

func TestAPageWithoutADiagramHasNoMermaid(t *testing.T) {
	require.NotContains(t, get(t, real(t, fixture), "/docs/traps.md").Body.String(), "mermaid")
}

func TestHeadingsAreNamedAsOnAGitHost(t *testing.T) {
	page := get(t, real(t, fixture), "/docs/traps.md").Body.String()
	for _, id := range []string{"n1", "n1-1", "租约-und-überlauf"} {
		require.Contains(t, page, `<h2 id="`+id+`">`)
	}
}

func TestABlockOfCodeSaysWhereItStands(t *testing.T) {
	page := get(t, real(t, fixture), "/docs/stage03-heartbeat.md").Body.String()
	for what, want := range map[string]string{
		"a file":      `<figure class="code" id="code-Lease"><figcaption><a class="file" href="/stage03-heartbeat/registry/store_lease.go#Lease">stage03-heartbeat/registry/<b>store_lease.go</b></a>`,
		"a signature": `<b>store_sweep.go</b></a><span class="note">yours to write</span>`,
		"a mistake":   `<figure class="code naive" id="code"><figcaption><span class="note">a mistake, shown on purpose</span>`,
		"a break":     `<figure class="code naive" id="code-Store-find"><figcaption><span class="file">break eureka-slip</span>`,
		"its colours": `<span class=c>// Lease is the right to be listed until TTL after the latest beat.</span>` + "\n" + `<span class=k>type </span>Lease <span class=k>struct </span>{`,
	} {
		require.Contains(t, page, want, what)
	}
}

func TestAConsoleTellsWhatIsTypedFromWhatComesBack(t *testing.T) {
	page := get(t, real(t, fixture), "/docs/stage03-heartbeat.md").Body.String()
	require.Contains(t, page, `<figure class="code console" id="console">`)
	require.Contains(t, page, `<i>$ </i><kbd>bin/registry -ttl 5s &amp;
</kbd><samp>listening 127.0.0.1:8500</samp>
<i>$ </i><kbd>curl -d name=Arith -d id=s9 \
</kbd><i>&gt; </i><kbd>-d lease=mine localhost:8500/register
</kbd><samp>{&#34;lease&#34;:&#34;mine&#34;,&#34;ttl&#34;:&#34;4s&#34;}</samp>
`)
}

func TestADeclarationIsFoundInItsSource(t *testing.T) {
	page := get(t, real(t, fixture), "/stage03-heartbeat/registry/store_lease.go").Body.String()
	require.Regexp(t, `<span id=L\d+><b id="Store.find"></b><span class=k>func </span>`, page)
	require.Contains(t, page, `<b id="Lease"></b>`)
	require.Contains(t, page, "<span id=L1><span class=k>package </span>registry</span>")
}

func TestAFolderLeadsToItsFilesAndShowsItsReadme(t *testing.T) {
	g := real(t, fixture)
	w := get(t, g, "/stage03-heartbeat")
	require.Equal(t, "/stage03-heartbeat/", w.Header().Get("Location"))
	page := get(t, g, "/stage03-heartbeat/").Body.String()
	require.Contains(t, page, `<li class="dir"><a href="registry/">registry/</a></li>`)
	require.Contains(t, page, `<li><a href="limits_test.go">limits_test.go</a></li>`)
	require.Contains(t, page, "<h1 id=")
}
